/**
 * Taking keys out of what stands in a field already, before it is sent.
 */
import * as dom from "./dom.js";
import { drawnEditorOf, isTextControl, select, textOf } from "./field.js";
import { arrived, insert, replaceInControl } from "./insert.js";
import { rangeOf, readRich } from "./rich.js";

/** Editors take over a selection some time after it was made; Slate looks at it every 100 ms. */
const SELECTION_MS = 160;

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
  const replacements = findings.map((finding, index) => (picks[index] === "variable" ? finding.variable : finding.redacted));
  const wanted = replaced(text, replacements);
  if (isTextControl(field) && !drawnEditorOf(field)) {
    replaceInControl(field, replacements);
    return field.value === wanted ? null : wanted;
  }
  const host = drawnEditorOf(field) ?? field;
  for (const { start, end, text: instead } of replacements.toReversed()) {
    const content = readRich(host);
    // The field has changed meanwhile, or the key was typed where the editor does not draw it.
    const range = content.text.slice(start, end) === text.slice(start, end) ? rangeOf(content.pieces, start, end) : null;
    if (!range) return wanted;
    dom.focus(field);
    select(range, host);
    await new Promise((resolve) => setTimeout(resolve, SELECTION_MS));
    insert(field, { text: instead });
    if (!(await arrived(field, instead))) return wanted;
  }
  const now = textOf(field);
  return replacements.some(({ start, end }) => now.includes(text.slice(start, end))) ? wanted : null;
}

/** @param {string} text @param {import("./scanner.js").Replacement[]} replacements */
function replaced(text, replacements) {
  return replacements.reduceRight((whole, { start, end, text: instead }) => whole.slice(0, start) + instead + whole.slice(end), text);
}
