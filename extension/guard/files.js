/**
 * Files on their way into the page. They are held before the page's own listeners see them, looked at in the background,
 * and handed over again as they are where nothing is found.
 *
 * A page can tell a file that was handed over again, by `isTrusted`. So what needs no look passes untouched: pictures, sound
 * and video by the type that the system gives them, and empty files.
 */
import { askOnce, isOn } from "./background.js";
import * as dom from "./dom.js";
import { edited, lookAt } from "./files-look.js";
import { isRemembered, rememberUnchecked, stillAsked } from "./findings.js";
import { ask } from "./hold.js";
import * as notice from "./notice.js";
import { HOLD, NOWHERE } from "./scanner.js";
import { say } from "./strings.js";

/** Types whose files have no text. To most systems a program in TypeScript is a video. */
const PASSING = /^(image\/(?!svg)|audio\/|video\/(mp4|webm|quicktime|x-m))/;

/** Larger files are not looked at. */
const MAX_BYTES = 50 << 20;

/** When a person is told that files are being looked at. */
const SLOW_MS = 400;

/** Inputs that have just been emptied: a second event of the same choice is still to come. @type {WeakSet<Element>} */
const emptied = new WeakSet();

/** @param {Event} event `input` or `change` */
export function onChosen(event) {
  const input = Event.prototype.composedPath.call(event)[0];
  // What a page chooses by script it has already.
  if (!event.isTrusted || !(input instanceof HTMLInputElement) || input.type !== "file") return;
  if (emptied.has(input)) return dom.stop(event);
  const files = [...(input.files ?? [])];
  if (files.every(passes)) return;
  dom.stop(event);
  emptied.add(input);
  setTimeout(() => emptied.delete(input));
  input.value = "";
  const { composed } = event;
  void inspect(files, (left) => {
    const data = new DataTransfer();
    for (const file of left) data.items.add(file);
    input.files = data.files;
    for (const type of ["input", "change"]) {
      EventTarget.prototype.dispatchEvent.call(input, new Event(type, { bubbles: true, composed: composed && type === "input" }));
    }
  });
}

/** How a choice goes on that could not even be looked at: it stays out. @type {import("./guarded.js").Recovery["recover"]} */
export function recoverFiles() {
  return { texts: [""], restore() {}, replace: async () => null, release() {} };
}

/** @param {File} file */
function passes(file) {
  return file.size === 0 || PASSING.test(file.type) || isRemembered(nameOf(file));
}

/** What a file is remembered by, when it was let through. @param {File} file */
function nameOf({ name, size, lastModified }) {
  return `${name}\n${size}\n${lastModified}`;
}

/** What is being looked at; what comes later takes its place. @type {object | undefined} */
let looking;

/**
 * Looks at files, hands them over where nothing is found and asks otherwise.
 *
 * @param {File[]} files
 * @param {(files: File[]) => void} pass
 */
async function inspect(files, pass) {
  const mine = (looking = {});
  const active = dom.activeElement();
  const restore = () => active && dom.focus(active);
  const total = files.reduce((sum, { size }) => sum + size, 1);
  const words = { title: say("noticeFiles"), about: "", keepOut: say("noticeKeepOutFile"), state: "" };
  let read = 0;
  let shown = false;
  const slow = setTimeout(() => {
    shown = !notice.isOpen();
    const choose = () => {
      looking = undefined;
      notice.close();
      restore();
    };
    if (shown) notice.open({ phase: "checking", unchecked: true, leaving: false, keys: [], words, choose });
  }, SLOW_MS);
  /** @type {Map<File, import("./files-look.js").Report | undefined>} */
  const reports = new Map();
  for (const file of files) {
    if (passes(file)) continue;
    const report = file.size > MAX_BYTES ? undefined : lookAt(file, (bytes) => {
      read += bytes;
      words.state = `${Math.floor((100 * read) / total)} %`;
      if (shown && looking === mine) notice.setPhase("checking");
      return looking === mine;
    });
    reports.set(file, await report?.catch(() => undefined));
  }
  await askOnce();
  clearTimeout(slow);
  if (looking !== mine) return;
  looking = undefined;
  if (shown) {
    notice.close();
    restore();
  }
  if (isOn()) decide(files, reports, pass, restore);
  else pass(files);
}

/**
 * @param {File[]} files
 * @param {Map<File, import("./files-look.js").Report | undefined>} reports of those that were looked at; undefined where it failed
 * @param {(files: File[]) => void} pass
 * @param {() => void} restore
 */
function decide(files, reports, pass, restore) {
  /** @type {Map<string, import("./findings.js").Part>} */
  const parts = new Map();
  /** Files that cannot go as they are, with their copies. @type {Map<File, File | undefined>} */
  const stopped = new Map();
  for (const [file, report] of reports) {
    if (!report) {
      stopped.set(file, undefined);
      continue;
    }
    const path = file.webkitRelativePath;
    for (const [entry, detector] of report.found) {
      const text = `${nameOf(file)}\n${entry}`;
      const finding = { start: 0, end: text.length, detector, action: HOLD, buffer: NOWHERE, index: 0 };
      if (stillAsked(text, [finding]).length === 0) continue;
      const part = parts.get(text) ?? { text, findings: [], where: [path || file.name, entry].filter(Boolean).join(" › ") };
      part.findings.push(finding);
      parts.set(text, part);
      // A copy would have lost its place in the folder.
      if (!stopped.has(file)) stopped.set(file, report.edits && !path ? edited(file, report.edits) : undefined);
    }
  }
  if (stopped.size === 0) return pass(files);
  const rest = files.filter((file) => !stopped.has(file));
  const copies = [...stopped.values()].every(Boolean);
  let replaced = false;
  const blind = [...stopped.keys()].filter((file) => !reports.get(file)).map(({ name }) => name);
  ask({
    road: "file",
    parts: [...parts.values()],
    unchecked: blind,
    restore,
    words: {
      about: blind.length > 0 ? say("noticeAboutFileUnchecked", blind.join(", ")) : say(copies ? "noticeAboutFile" : "noticeAboutFileSealed"),
      keepOut: say(rest.length > 0 ? "noticeKeepOutRest" : "noticeKeepOutFile"),
      redact: copies ? say("noticeRedactFile") : "",
    },
    replace: async () => {
      if (!replaced) pass(files.map((file) => stopped.get(file) ?? file));
      replaced = true;
      return null;
    },
    keptOut: () => rest.length > 0 && pass(rest),
    retry: () => void inspect(files, pass),
    release: () => {
      for (const file of stopped.keys()) rememberUnchecked(nameOf(file));
      pass(files);
    },
  });
}
