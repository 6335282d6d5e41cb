/**
 * Taking keys out of what stands in a field already, before it is sent.
 */
import * as dom from "./dom.js";
import { drawnEditorOf, isTextControl, select, textOf, untilSelectionIsSeen } from "./field.js";
import { arrived, insert, replaceInControl } from "./insert.js";
import { rangeOf, readRich } from "./rich.js";
import { REDACTED, replacements, VARIABLE } from "./scanner.js";

/**
 * Replaces findings in a field.
 *
 * @param {Element} field
 * @param {import("./scanner.js").Finding[]} findings
 * @param {import("./hold.js").Pick[]} picks
 * @param {string} text that the findings are in
 * @returns {Promise<string | null>} the whole text as it should be, where the field did not take it
 */
export async function rewrite(field, findings, picks, text) {
  const spans = replacementsOf({ text, findings }, picks);
  const wanted = withReplacements({ text, findings }, picks);
  // Where an editor draws its text elsewhere, only it knows how to select there.
  if (drawnEditorOf(field)) return wanted;
  if (isTextControl(field)) {
    replaceInControl(field, spans);
    return field.value === wanted ? null : wanted;
  }
  for (const { start, end, text: instead } of spans.toReversed()) {
    const content = readRich(field);
    // The field has changed meanwhile, or the key was typed where the editor does not draw it.
    const range = content.text.slice(start, end) === text.slice(start, end) ? rangeOf(content.pieces, start, end) : null;
    if (!range) return wanted;
    dom.focus(field);
    select(range, field);
    await untilSelectionIsSeen();
    insert(field, { text: instead });
    if (!(await arrived(field, instead))) return wanted;
  }
  const now = textOf(field);
  return spans.some(({ start, end }) => now.includes(text.slice(start, end))) ? wanted : null;
}

/** @param {import("./findings.js").Part} part @param {import("./hold.js").Pick[]} picks */
function replacementsOf({ text, findings }, picks) {
  const spans = replacements(text, findings, (finding) => (picks[finding] === "redact" ? REDACTED : VARIABLE));
  return spans.map((span, finding) => {
    const pick = picks[finding];
    return typeof pick === "object" ? { ...span, text: span.text.replace(pick.usual, pick.own) } : span;
  });
}

/**
 * A text with what takes the place of its keys.
 *
 * @param {import("./findings.js").Part} part
 * @param {import("./hold.js").Pick[]} picks
 */
export function withReplacements(part, picks) {
  const { text } = part;
  let replaced = "";
  let position = 0;
  for (const { start, end, text: instead } of replacementsOf(part, picks)) {
    replaced += text.slice(position, Math.max(position, start)) + instead;
    position = Math.max(position, end);
  }
  return replaced + text.slice(position);
}
