/**
 * What goes wrong around a program: it is killed, its disk is full, it has few descriptors, strange
 * folders, other processes and threads beside it. Each ends in an answer or in one sentence, and
 * leaves nothing behind.
 */
package io.github.npu4j.faults;
