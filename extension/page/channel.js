/**
 * The way between the page's world and the guard's, which see the same nodes and nothing else of each other.
 *
 * Events go over a node that stands in no document: who does not have it can neither hear nor send. It is handed over as the
 * `relatedTarget` of one event, before any script of the page has run. Dispatching is synchronous, so the guard's answer is
 * whether its event was cancelled; what takes longer is answered later, by number.
 *
 * A page that gets at the node all the same (in a frame that it makes and reaches into at once) learns nothing: it could tell
 * itself to go on, which a page that means ill can do without asking. Keys travel in one direction, from where they are already.
 */

/** The page's half is there, with the node. */
export const HERE = "kw-here";
/** The guard's half is there; the page's says so once more. */
export const WHO = "kw-who";
/** What is about to leave: number, road and address in a line each, then lengths and texts (`pack`). */
export const LEAVING = "l";
/** A file input that is in no document is clicked; it is the event's `relatedTarget`. */
export const CHOOSING = "c";
/** What becomes of it: number, verdict, and texts as JSON. */
export const VERDICT = "v";

/**
 * What every key has that the page's own sending is held for; tests/native/sending.rs looks at the examples of all detectors. Most of
 * what pages send has none of it and costs nothing more.
 */
export const PERHAPS = /[\w%+\\-]{16}|:\/\/[^\s/@]*@|-----BEGIN|password=|[0-9a-f]{8}:[0-9a-f]{8}|hooks\./;

/** @typedef {{number: number, road: "sending" | "address", to: string, texts: string[], kept: number}} Leaving */

/**
 * One text of all that leaves, so that the guard's first look is one look.
 *
 * @param {number} number
 * @param {string} road
 * @param {string} to
 * @param {string[]} texts
 * @param {number} kept how many of them, from the first on, no other text can take the place of
 */
export function pack(number, road, to, texts, kept) {
  let lengths = "";
  let all = "";
  for (let index = 0; index < texts.length; index++) {
    const text = /** @type {string} */ (texts[index]);
    lengths += `${text.length},`;
    all += `${text}\n`;
  }
  return `${number} ${kept}\n${road}\n${lengths}\n${to}\n${all}`;
}

/** @param {string} packed @returns {Leaving} */
export function unpack(packed) {
  const lines = packed.split("\n", 3);
  const [numbers = "", road = "", lengths = ""] = lines;
  const [number = 0, kept = 0] = numbers.split(" ").map(Number);
  let at = numbers.length + road.length + lengths.length + 3;
  const end = packed.indexOf("\n", at);
  const to = packed.slice(at, end);
  at = end + 1;
  const texts = [];
  for (const length of lengths.split(",").slice(0, -1).map(Number)) {
    texts.push(packed.slice(at, at + length));
    at += length + 1;
  }
  return { number, road: road === "address" ? "address" : "sending", to, texts, kept };
}
