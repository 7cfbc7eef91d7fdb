package io.github.npu4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The style sheet of a report: every colour once for light and once for dark. */
final class ReportStyle {

  static final String SHEET =
      """
      :root{color-scheme:light dark;--page:#fff;--panel:#f5f6f8;--ink:#1b1e24;--muted:#555c68;
        --grid:#dfe2e8;--axis:#7c8493;--mark:#1b1e24;--cpu:#2f6fd0;--gpu:#b8560f;--npu:#0d7f5c;
        --emulator:#8248b8;--faster:#0d7f5c;--slower:#c2331f;--same:#6c7482;
        --phase0:#2f6fd0;--phase1:#b8560f;--phase2:#0d7f5c;--phase3:#8248b8;--phase4:#a3830a;
        --phase5:#b32d6f;--phase6:#2f7f8f;--phase7:#6c7482;--phase8:#7a4b2a;--phase9:#4553a8;
        --phase10:#5c8a1e;--phase11:#c2331f}
      @media (prefers-color-scheme:dark){:root{--page:#15171b;--panel:#1f2228;--ink:#e9ebef;
        --muted:#a9b0bc;--grid:#363b45;--axis:#838b99;--mark:#e9ebef;--cpu:#7fb0f5;--gpu:#f0a360;
        --npu:#58c9a0;--emulator:#c49af0;--faster:#58c9a0;--slower:#f58a78;--same:#9aa2b0;
        --phase0:#7fb0f5;--phase1:#f0a360;--phase2:#58c9a0;--phase3:#c49af0;--phase4:#dcc060;
        --phase5:#ee88b6;--phase6:#7fc4d0;--phase7:#9aa2b0;
        --phase8:#d0a080;--phase9:#a3aef5;--phase10:#a9d36a;--phase11:#f58a78}}
      *{box-sizing:border-box}
      body{margin:0;background:var(--page);color:var(--ink);
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
      main{max-width:1120px;margin:0 auto;padding:28px 16px 48px}
      h1{font-size:1.7rem;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
      h2{font-size:1.15rem;margin:0 0 12px}
      p,li,dd,dt{overflow-wrap:anywhere}
      .muted{color:var(--muted);margin:0 0 8px;font-size:.92rem}
      .lead{margin:6px 0}
      section{background:var(--panel);border-radius:10px;padding:18px 16px;margin:20px 0}
      .pair{display:grid;gap:20px;grid-template-columns:minmax(0,1fr)}
      figure{margin:0;max-width:500px}
      svg{display:block;width:100%;height:auto;font-size:11px}
      svg text{fill:var(--ink)}
      svg .small{fill:var(--muted)}
      svg .label{font-weight:600}
      svg .over{paint-order:stroke;stroke:var(--panel);stroke-width:4px;stroke-linejoin:round}
      path{fill:none}
      .grid{stroke:var(--grid)}
      .axis{stroke:var(--axis)}
      .mark{stroke:var(--mark);stroke-dasharray:2 3}
      .range{stroke-width:2.5}
      .scroll{overflow-x:auto;max-width:100%;margin-bottom:12px}
      .scroll:focus-visible{outline:2px solid var(--cpu);outline-offset:2px}
      table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
      caption{text-align:start;color:var(--muted);padding-bottom:6px}
      th,td{padding:4px 6px;border-top:1px solid var(--grid);vertical-align:top}
      thead th{border-top:0;min-width:3.4em;text-align:end;font-weight:600;vertical-align:bottom}
      thead th:first-child,tbody th{text-align:start}
      tbody th{font-weight:500;min-width:8.5em}
      td{text-align:end;white-space:nowrap}
      .swatch{display:inline-block;width:.75em;height:.75em;border-radius:2px;margin-inline-end:.45em}
      dl{display:grid;grid-template-columns:minmax(7em,max-content) minmax(0,1fr);gap:4px 16px;
        margin:0;font-size:.92rem}
      dt{color:var(--muted)}
      dd{margin:0}
      @media (min-width:900px){.pair{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
        main{padding-inline:28px}}
      """
          + colours(
              List.of("cpu", "gpu", "npu", "emulator", "faster", "slower", "same"), Plots.PHASES);

  private ReportStyle() {}

  /** Gives shapes, lines and swatches of each class the colour of its name. */
  private static String colours(List<String> names, int phases) {
    List<String> all = new ArrayList<>(names);
    IntStream.range(0, phases).forEach(phase -> all.add("phase" + phase));
    StringBuilder rules = new StringBuilder();
    for (String name : all) {
      rules
          .append("svg .fill." + name + "{fill:var(--" + name + ")}\n")
          .append("svg .range." + name + "{stroke:var(--" + name + ")}\n")
          .append(".swatch." + name + "{background:var(--" + name + ")}\n");
    }
    return rules.toString();
  }
}
