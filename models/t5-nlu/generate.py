"""Makes the training and held-out sentences of t5-nlu, from phrasings.txt and words.txt.

    python generate.py OUT_FOLDER [--train 400000] [--heldout 1000] [--seed 7]

Writes train.tsv and heldout.tsv: a sentence, a tab, the compact JSON it means. No expanded phrasing
and no slot value of the held-out file occurs in the training file: the last lines assert it.
"""

import argparse
import hashlib
import json
import pathlib
import random
import re

HERE = pathlib.Path(__file__).parent
SLOT = re.compile(r"\{(\w+)\}")


def sections(name):
    found, current = {}, None
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            current = found.setdefault(line[3:], [])
        elif line and not line.startswith("# "):
            current.append(line)
    return found


WORDS = {
    name: (lines[0].split("|") if name == "free" else " ".join(lines).replace("-", "~").split())
    for name, lines in sections("words.txt").items()
}


def bucket(text, parts=100):
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % parts


class Values:
    """Slot values of one side, training or held-out: a value belongs to a side by its hash."""

    def __init__(self, rng, heldout):
        self.rng, self.heldout = rng, heldout

    def word(self, category):
        """A word; one in eight of the stock is kept for held-out values alone."""
        while True:
            word = self.rng.choice(WORDS[category])
            if self.heldout or bucket(category + word) >= 12:
                return word.replace("~", " ")

    FREE = {"text": 0.3, "title": 0.25, "what": 0.25, "item": 0.2, "artist": 0.15, "place": 0.15, "label": 0.15, "device": 0.15, "contact": 0.1, "room": 0.1}
    LITTLE = "i you we they the a my is are was it to of with and or not no so very too back about this that there will can do go get have had said late early still again only just be all more".split()

    def anything(self):
        """Words in no order at all, trained on so that a value is copied as it stands."""
        stock = [c for c in WORDS if c != "free"]
        words = [self.rng.choice(self.LITTLE) if self.rng.random() < 0.4 else self.maybe_invented(self.rng.choice(stock), 0.15) for _ in range(self.rng.choice([0, 1, 1, 2, 3, 4, 6]))]
        return " ".join(words + [self.maybe_invented(self.rng.choice(stock), 0.15)])

    def of(self, slot, intent, before):
        told = slot == "artist" and before.endswith((" by ", " from ", " of "))
        make = self.said_artist if told else getattr(self, slot)
        looseness = self.FREE.get(slot, 0) if slot != "artist" or told else 0
        while True:
            loose = not self.heldout and self.rng.random() < looseness
            value = self.anything() if loose else make(intent)
            if before.endswith("some ") and value.startswith("the "):
                continue
            if (bucket("value " + value.lower()) < 12) == self.heldout:
                return value

    def invented(self):
        """A word that nobody knows, so that copying is learnt rather than remembering."""
        r = self.rng
        onset = "b br c ch d dr f fl g gr h j k kl l m n p pl qu r s sh sk st t th tr v w y z".split()
        nucleus = "a e i o u ai ea ee ie oa oo ou".split()
        coda = ["", "", "", "n", "r", "l", "s", "t", "ck", "nd", "rt", "m", "sh", "x", "lt"]
        return "".join(
            r.choice(onset) + r.choice(nucleus) + r.choice(coda) for _ in range(r.choice([1, 2, 2, 3]))
        )

    def maybe_invented(self, category, chance=0.25):
        return self.invented() if self.rng.random() < chance else self.word(category)

    NUMBERS = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen"
    ).split()
    TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()

    def spelled(self, n):
        if n < 20:
            return self.NUMBERS[n]
        tens, ones = divmod(n, 10)
        return self.TENS[tens] + (self.rng.choice([" ", "-"]) + self.NUMBERS[ones] if ones else "")

    def some_number(self, low, high):
        n = self.rng.randint(low, high)
        return self.spelled(n) if n < 100 and self.rng.random() < 0.4 else str(n)

    def time(self, _):
        r = self.rng
        hour, minute = r.randint(1, 12), r.choice([0, 5, 10, 15, 20, 30, 40, 45, 50, r.randint(1, 59)])
        half = r.choice(["", "", " am", " pm", "am", "pm", " a.m.", " p.m.", " in the morning", " in the evening", " in the afternoon", " at night"])
        form = r.randrange(8)
        if form == 0:
            return f"{hour}:{minute:02d}{half}"
        if form == 1:
            return f"{r.randint(0, 23):02d}:{minute:02d}"
        if form == 2:
            return f"{r.choice(['half past', 'quarter past', 'quarter to', 'a quarter past', 'a quarter to'])} {self.spelled(hour)}{half if half.startswith(' ') else ''}"
        if form == 3:
            return f"{self.some_number(2, 29)} {r.choice(['past', 'to', 'minutes past', 'minutes to'])} {r.choice([self.spelled(hour), str(hour)])}"
        if form == 4:
            return self.spelled(hour) + (" o'clock" if r.random() < 0.3 else "") + (half if half.startswith(" ") else "")
        if form == 5:
            return f"{self.spelled(hour)} {self.spelled(r.randint(10, 59))}{half if half.startswith(' ') else ''}"
        if form == 6:
            return r.choice(["noon", "midnight", "sunrise", "sunset", "lunchtime", "dawn", "dusk"])
        return f"{hour}{half}"

    MONTHS = "january february march april may june july august september october november december".split()
    DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

    def ordinal(self, n):
        return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"

    def date(self, _):
        r = self.rng
        # Trained on as often as people say them; held out in equal parts.
        form = r.randrange(9) if self.heldout else r.choice([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8])
        day, month = r.randint(1, 31), r.choice(self.MONTHS)
        if form == 0:
            return r.choice(["tomorrow", "today", "tonight", "the day after tomorrow", "next week", "this weekend", "tomorrow morning", "tomorrow night", "tomorrow evening", "this evening", "tomorrow afternoon", "this afternoon", "at the weekend", "on the weekend", "next month", "next weekend", "this morning"])
        if form == 1:
            return f"{r.choice(['', 'on ', 'next ', 'this ', 'on '])}{r.choice(self.DAYS)}{r.choice(['', '', '', ' morning', ' evening', ' afternoon', ' night'])}"
        if form == 2:
            return f"{r.choice(['', 'on '])}{month} {r.choice([self.ordinal(day), str(day), 'the ' + self.ordinal(day)])}"
        if form == 3:
            return f"{r.choice(['', 'on '])}the {self.ordinal(day)} of {month}"
        if form == 4:
            return f"in {self.some_number(2, 40)} {r.choice(['days', 'weeks', 'months'])}"
        if form == 5:
            return f"{r.choice(['', 'on '])}{r.choice(self.DAYS)} the {self.ordinal(day)}"
        if form == 6:
            return f"on the {self.ordinal(day)}"
        if form == 7:
            return f"{day} {month}{r.choice(['', f' {r.randint(2024, 2032)}'])}"
        return f"{r.choice(['', 'on '])}{r.choice(self.DAYS)} {r.choice(['in', 'after'])} {self.some_number(2, 9)} weeks"

    def duration(self, _):
        r = self.rng
        units = r.choice([("seconds", 2, 90), ("minutes", 2, 90), ("minutes", 2, 90), ("hours", 2, 24), ("min", 2, 90)])
        first = f"{self.some_number(units[1], units[2])} {units[0]}"
        form = r.randrange(7)
        if form == 0 and units[0] == "hours":
            return f"{first} and {self.some_number(2, 59)} minutes"
        if form == 1 and units[0] == "minutes":
            return f"{first} and {self.some_number(2, 59)} seconds"
        if form == 2:
            return f"{r.choice(['an hour', 'one hour', 'half an hour', 'a minute', '1 hour'])}" + (f" and {self.some_number(2, 59)} minutes" if r.random() < 0.7 else "")
        if form == 3:
            return f"{self.spelled(r.randint(1, 12))} and a half {r.choice(['minutes', 'hours'])}"
        return first

    def label(self, _):
        return self.rng.choice([self.word("thing"), self.maybe_invented("object"), f"{self.word('adj')} {self.word('thing')}"])

    def chore(self):
        r = self.rng
        verb, obj = self.maybe_invented("verb", 0.1), self.maybe_invented("object")
        form = r.randrange(8)
        if form == 0:
            return f"{verb} {self.maybe_invented('person')}"
        if form == 1:
            return f"{verb} the {self.word('adj')} {obj}"
        if form == 2:
            return f"{verb} the {obj} and the {self.maybe_invented('object')}"
        if form == 3:
            return f"{verb} {r.choice(['my', 'our', 'her', 'his'])} {obj}"
        if form == 4:
            return f"{verb} the {obj} {r.choice(['for', 'with', 'to', 'from'])} {self.maybe_invented('person')}"
        if form == 5:
            return f"{verb} {self.some_number(2, 30)} {obj}"
        if form == 6:
            return f"{verb} the {obj} {r.choice(['in', 'from', 'at'])} the {self.word('placekind')}"
        return f"{verb} {r.choice(['the ', 'a ', ''])}{obj}"

    def news(self):
        r = self.rng
        form = r.randrange(8)
        who = r.choice(["i", "we", "i", self.maybe_invented("person"), "the " + self.maybe_invented("object")])
        be = {"i": "am", "we": "are"}.get(who, "is")
        if form == 0:
            return self.word("free")
        if form == 1:
            return f"{who} {'need' if who in ('i', 'we') else 'needs'} the {self.word('adj')} {self.maybe_invented('object')}"
        if form == 2:
            return f"the {self.maybe_invented('object')} is {r.choice(['ready', 'broken', 'here', 'gone', 'late', 'too expensive', self.word('adj')])}"
        if form == 3:
            return f"{r.choice(['i', 'we'])} will {self.chore()}"
        if form == 4:
            return f"{r.choice(['i', 'we'])} {r.choice(['can not', 'want to', 'have to', 'would love to', 'forgot to'])} {self.chore()}"
        if form == 5:
            return f"{who} {be} at the {self.maybe_invented('placekind', 0.1)}"
        if form == 6:
            return f"{who} {be} in {self.maybe_invented('city')} until {self.time('')}"
        return f"{who} {be} {r.choice(['late', 'coming', 'ready', 'sorry', 'stuck in traffic', 'almost there', 'not coming', 'tired'])}"

    def text(self, intent):
        return self.chore() if intent == "reminder_set" else self.news()

    def place(self, intent):
        r = self.rng
        city = self.maybe_invented("city")
        if intent == "weather":
            return r.choice([city, city, city, f"{r.choice(['new', 'san', 'saint', 'north', 'south', 'port', 'fort', 'east', 'west'])} {city}"])
        if r.random() < 0.06:
            return r.choice(["home", "work", "school", "the office", "my place", "my hotel", "grandma's house", "the city", "downtown"])
        form = r.randrange(7)
        if form == 0:
            return f"{r.choice(['', str(r.randint(1, 240)) + ' '])}{self.maybe_invented('streetname')} {self.word('streetkind')}"
        if form == 1:
            return f"the {self.maybe_invented('placekind', 0.1)}"
        if form == 2:
            return f"the {r.choice(['nearest', 'next', 'closest', self.word('adj')])} {self.word('placekind')}"
        if form == 3:
            return f"{city} {self.word('placekind')}"
        if form == 4:
            return f"the {self.word('placekind')} in {city}"
        if form == 5:
            return f"{r.choice(['new', 'san', 'saint', 'north', 'south', 'port', 'fort'])} {city}"
        return city

    def music_words(self):
        """Words of a song; the last is no plural, which with "the" would be a band."""
        count = self.rng.choice([1, 2, 2, 3])
        while (words := [self.maybe_invented("musicword", 0.2) for _ in range(count)])[-1].endswith("s"):
            pass
        return " ".join(words)

    def what(self, _):
        r = self.rng
        form = r.randrange(6)
        if form == 0:
            return self.maybe_invented("genre", 0.1)
        if form == 1:
            return f"{self.word('genre')} music"
        if form == 2:
            return f"the {self.music_words()}"
        if form == 3:
            return f"{r.choice(['my', 'your', 'our', 'no', 'one', 'all'])} {self.music_words()}"
        return self.music_words()

    def artist(self, _):
        """A first name, or 'the' and a plural: so a bare name is no song's by its form alone."""
        r = self.rng
        form = r.randrange(4)
        if form == 0:
            return f"the {self.maybe_invented('musicword', 0.3).removesuffix('s')}s"
        if form == 1:
            return f"{self.word('person')} {self.maybe_invented('surname', 0.4)}"
        if form == 2:
            return f"{self.maybe_invented('person', 0.4)} {self.word('surname')}"
        return f"{self.maybe_invented('person', 0.1)} and the {self.maybe_invented('musicword')}s"

    def said_artist(self, _):
        """An artist whom the phrasing tells: any name will do."""
        r = self.rng
        if r.random() < 0.6:
            return self.artist(_)
        return r.choice([f"{self.word('musicword')} {self.maybe_invented('surname')}", self.invented(), self.music_words(), self.word("person")])

    def contact(self, _):
        r = self.rng
        form = r.randrange(7)
        if form == 0:
            return f"{self.maybe_invented('person')} {self.maybe_invented('surname')}"
        if form == 1:
            return f"my {self.maybe_invented('role', 0.1)}"
        if form == 2:
            return f"the {self.maybe_invented('role', 0.1)}"
        if form == 3:
            return f"{r.choice(['dr', 'doctor', 'mr', 'mrs', 'professor', 'aunt', 'uncle'])} {self.maybe_invented('surname')}"
        return self.maybe_invented("person", 0.35)

    contact2 = contact

    def title(self, _):
        r = self.rng
        event = self.maybe_invented("event", 0.1)
        form = r.randrange(6)
        if form == 0:
            return f"{event} with {self.contact('')}"
        if form == 1:
            return f"{self.maybe_invented('object')} {event}"
        if form == 2:
            return f"{self.word('adj')} {event}"
        if form == 3:
            return f"{event} {r.choice(['at', 'in'])} {self.place('')}"
        if form == 4:
            return f"{self.maybe_invented('person')}'s {event}"
        return event

    def item(self, _):
        r = self.rng
        thing = self.maybe_invented("thing")
        form = r.randrange(6)
        if form == 0:
            return f"{self.some_number(2, 24)} {thing}"
        if form == 1:
            return f"a {self.word('unit')} of {thing}"
        if form == 2:
            return f"{self.some_number(2, 12)} {self.word('unit')}s of {thing}"
        if form == 3:
            return f"{thing} and {self.maybe_invented('thing')}"
        if form == 4:
            return f"{self.word('adj')} {thing}"
        return thing

    def device(self, _):
        r = self.rng
        device = self.maybe_invented("device", 0.15)
        if r.random() < 0.06:
            return f"{r.choice(['all', 'all the', 'both', 'every'])} {device}"
        return f"{self.word('adj')} {device}" if r.random() < 0.25 else device

    def room(self, _):
        r = self.rng
        room = self.maybe_invented("room", 0.1)
        form = r.randrange(5)
        if form == 0:
            return f"{self.word('adj')} {room}"
        if form == 1:
            return f"{self.maybe_invented('person')}'s {room}"
        return room

    def value(self, intent):
        r = self.rng
        if intent == "smart_home_set" and r.random() < 0.4:
            return r.choice([f"{self.some_number(5, 99)} degrees", self.word("adj"), f"{self.some_number(10, 30)}.{r.randint(1, 9)} degrees", f"level {self.some_number(1, 99)}"])
        return self.some_number(1, 100) + r.choice(["", " percent", " percent", "%"])

    def number(self, _):
        return self.some_number(1, 999)

    def topic(self, _):
        return self.maybe_invented("topic", 0.3)


def parse(pattern):
    """A pattern as nested choices: str | list (sequence) | tuple (alternatives)."""

    def sequence(at, closers):
        parts, text = [], ""
        while at < len(pattern) and pattern[at] not in closers:
            if pattern[at] in "([":
                if text:
                    parts.append(text)
                    text = ""
                closer = ")" if pattern[at] == "(" else "]"
                options, optional, at = [], closer == "]", at + 1
                while True:
                    option, at = sequence(at, "|" + closer)
                    options.append(option)
                    at += 1
                    if pattern[at - 1] == closer:
                        break
                parts.append(tuple(options + ([[]] if optional else [])))
            else:
                text += pattern[at]
                at += 1
        if text:
            parts.append(text)
        return parts, at

    return sequence(0, "")[0]


def expand(node, rng):
    if isinstance(node, str):
        return node
    if isinstance(node, tuple):
        return expand(rng.choice(node), rng)
    return "".join(expand(part, rng) for part in node)


def count(node):
    if isinstance(node, str):
        return 1
    if isinstance(node, tuple):
        return sum(count(option) for option in node)
    total = 1
    for part in node:
        total *= count(part)
    return total


BEFORE = ["please ", "hey ", "hi ", "ok ", "okay ", "so ", "um ", "hey could you please ", "please could you ", "i would like you to ", "now ", "quick ", "listen ", "computer ", "hello ", "sorry but ", "well ", "alright ", "uh ", "hey there "]
AFTER = [" please", " thanks", " thank you", " now", " for me", " if you can", " quickly", " okay", " will you", " right now", " would you", " and thanks", " asap", " pls", " thx", " my dear", " if possible"]


def polite(text, intent, rng):
    if rng.random() < 0.25:
        starts_as_command = not re.match(r"(can|could|would|i|how|what|is|will|does|do|the|it|we|where|\{)\b", text)
        options = [b for b in BEFORE if starts_as_command or not re.search(r"(you|you to) $", b)]
        text = rng.choice(options) + text
    if rng.random() < 0.2 and intent != "none" and not text.endswith(("{text}", "{title}", "{what}", "{artist}", "{label}")):
        text += rng.choice(AFTER)
    return text


def bare(phrasing):
    """A phrasing without the politeness that is put around it."""
    while True:
        less = phrasing
        for before in BEFORE:
            less = less.removeprefix(before)
        for after in AFTER:
            less = less.removesuffix(after)
        if less == phrasing:
            return less
        phrasing = less


NEAR = {a: b for a, b in zip("qwertyuiopasdfghjklzxcvbnm", "wqrtyuiopqsdfghjkkxcvbnmn")}


def misspell(word, rng):
    if len(word) < 4 or not word.isalpha():
        return word
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + NEAR.get(word[at], word[at]) + word[at + 1 :]


DECISIVE = set(
    "on off up down over out no not don't cancel delete remove scrap stop louder quieter softer lower higher more less loud quiet soft"
    " timer alarm reminder remind calendar list play call text message tell weather volume sound for to at in by that".split()
)


def blurred(phrasing, values, rng):
    """A phrasing with one word lost, added or unknown, so that no single word carries an intent."""
    words = phrasing.split(" ")
    places = [i for i, w in enumerate(words) if "{" not in w and w not in DECISIVE]
    if len(words) < 5 or not places:
        return phrasing
    at = rng.choice(places)
    kind = rng.randrange(3)
    words[at : at + 1] = [[], [values.invented()], [words[at], rng.choice("just now maybe then again really quickly kindly also actually".split())]][kind]
    return " ".join(words)


def surface(phrasing, rng, values, intent):
    """Fills the slots and types it as people do; a slot's value is what was typed."""
    slots, out = {}, []
    errors = rng.random() < 0.15
    style = rng.choices(["lower", "sentence", "title", "upper"], [70, 22, 5, 3])[0]
    for piece in re.split(r"(\{\w+\})", phrasing):
        match = SLOT.fullmatch(piece)
        if match:
            value = values.of(match.group(1), intent, phrasing[: phrasing.index(piece)])
            if style == "title":
                value = " ".join(w[:1].upper() + w[1:] for w in value.split(" "))
            elif style == "upper":
                value = value.upper()
            slots[match.group(1)] = value
            out.append(value)
        else:
            if errors:
                piece = " ".join(misspell(w, rng) if rng.random() < 0.2 else w for w in piece.split(" "))
            if style == "upper":
                piece = piece.upper()
            out.append(piece)
    text = re.sub(r" +", " ", "".join(out)).strip()
    if style in ("sentence", "title"):
        first = next(iter(slots.values()), None)
        head = text[:1].upper() + text[1:]
        if first is not None and text.startswith(first):
            name = next(iter(slots))
            slots[name] = head[: len(first)]
        text = head
        text = re.sub(r"\bi\b(?= |$|')", "I", text) if not any(re.search(r"\bi\b", v) for v in slots.values()) else text
    if rng.random() < 0.25:
        text += rng.choice([".", ".", "!", "?", "..."])
    if rng.random() < 0.08:
        text = text.replace("'", "") if not any("'" in v for v in slots.values()) else text
    return text, slots


ORDER = ["time", "date", "duration", "label", "text", "place", "what", "artist", "contact", "title", "item", "device", "room", "value"]


def target(intent, slots):
    kept = {} if intent == "none" else {name: slots[name] for name in ORDER if name in slots}
    return json.dumps({"intent": intent, "slots": kept}, ensure_ascii=False, separators=(",", ":"))


def expansions(node):
    """All that a pattern can become."""
    if isinstance(node, str):
        return [node]
    if isinstance(node, tuple):
        return [text for option in node for text in expansions(option)]
    texts = [""]
    for part in node:
        texts = [before + text for before in texts for text in expansions(part)]
    return texts


def squeezed(text):
    return re.sub(r" +", " ", text).strip()


def with_clause(text, values, rng):
    """A sentence with a remark before or after it that asks for nothing."""
    remark = rng.choice([values.news, values.chore, values.anything])()
    remark = rng.choice(["", "", "i'm at ", "i am going to ", "because ", "so ", "it's ", "cause ", "while i "]) + remark
    if rng.random() < 0.35:
        return f"{remark}{rng.choice([', ', ', ', '. '])}{text}"
    return f"{text}{', ' if text.endswith('}') else rng.choice([', ', ' '])}{remark}"


def side(phrasings, heldout, wanted, seed, without=frozenset()):
    rng = random.Random(seed)
    values = Values(rng, heldout)
    intents = sorted(phrasings)
    seen, rows = set(), []
    while len(rows) < wanted:
        intent = intents[len(rows) % len(intents)]
        phrasing = squeezed(expand(rng.choice(phrasings[intent]), rng))
        if bare(phrasing) in without:
            continue
        said = blurred(phrasing, values, rng) if not heldout and rng.random() < 0.12 else phrasing
        if not heldout and intent != "none" and rng.random() < 0.08:
            said = with_clause(said, values, rng)
        text, slots = surface(polite(said, intent, rng), rng, values, intent)
        if heldout and text.lower() in seen:
            intents = [i for i in intents if i != intent] if rng.random() < 0.02 and len(intents) > 3 else intents
            continue
        seen.add(text.lower())
        rows.append((text, target(intent, slots), phrasing, list(slots.values())))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--train", type=int, default=400_000)
    parser.add_argument("--heldout", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()

    lines = sections("phrasings.txt")
    train = {i: [parse(l) for l in ls if not l.startswith("! ")] for i, ls in lines.items()}
    held = {i: [parse(l[2:]) for l in ls if l.startswith("! ")] for i, ls in lines.items()}
    for intent, patterns in train.items():
        total = sum(count(p) for p in patterns)
        assert total >= 40, f"{intent} has only {total} phrasings"

    reserved = {bare(squeezed(text)) for patterns in held.values() for p in patterns for text in expansions(p)}
    train_rows = side(train, False, args.train, args.seed, reserved)
    held_rows = side(held, True, args.heldout, args.seed + 1)
    trained_phrasings = {bare(p) for _, _, p, _ in train_rows}
    trained_values = {v.lower() for *_, vs in train_rows for v in vs}
    for text, _, phrasing, values in held_rows:
        assert bare(phrasing) not in trained_phrasings, phrasing
        assert not any(v.lower() in trained_values for v in values), (text, values)

    args.out.mkdir(parents=True, exist_ok=True)
    for name, rows in (("train.tsv", train_rows), ("heldout.tsv", held_rows)):
        body = "".join(f"{text}\t{meaning}\n" for text, meaning, *_ in rows)
        (args.out / name).write_text(body, encoding="utf-8")
    print(f"{len(train_rows)} training sentences of {len(trained_phrasings)} phrasings, {len(held_rows)} held out")


if __name__ == "__main__":
    main()
