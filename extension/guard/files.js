/**
 * Files on their way into the page. They are held before the page's own listeners see them, looked at in the background,
 * and handed over again as they are where nothing is found.
 *
 * A page can tell a file that was handed over again, by `isTrusted`. So what needs no look passes untouched: pictures, sound
 * and video by the type that the system gives them, and empty files.
 */
import { endDrag, textsOf } from "./arrive.js";
import { askOnce, isOn } from "./background.js";
import * as dom from "./dom.js";
import { dispatchDrop, dispatchPaste, entriesOf, filesIn } from "./files-hand.js";
import { edited, lookAt } from "./files-look.js";
import { isRemembered, rememberUnchecked, stillAsked } from "./findings.js";
import { ask } from "./hold.js";
import { learn } from "./kinds.js";
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
  void inspect(files, (left) => choose(input, left, event.composed));
}

/**
 * In a shadow root only the root's own listeners hear of a choice; where a file input is clicked, by a person or by the page,
 * they are set.
 *
 * @param {Event} event `click`
 * @param {(event: Event) => void} listener
 */
export function listenAround(event, listener) {
  const target = dom.targetOf(event);
  const root = target instanceof HTMLInputElement && target.type === "file" ? dom.rootOf(target) : null;
  if (root instanceof ShadowRoot) for (const type of ["input", "change"]) root.addEventListener(type, listener, true);
}

/** @param {HTMLInputElement} input @param {File[]} files @param {boolean} composed whether `input` leaves shadow roots here */
function choose(input, files, composed) {
  const data = new DataTransfer();
  for (const file of files) data.items.add(file);
  input.files = data.files;
  for (const type of ["input", "change"]) {
    EventTarget.prototype.dispatchEvent.call(input, new Event(type, { bubbles: true, composed: composed && type === "input" }));
  }
}

/** @param {ClipboardEvent} event */
export function onPasteFiles(event) {
  const data = event.clipboardData;
  const files = [...(data?.files ?? [])];
  if (!data || !event.isTrusted || files.every(passes)) return;
  const target = dom.targetOf(event);
  const types = textsOf(data);
  dom.stop(event);
  void inspect(files, (left) => dispatchPaste(target, types, left));
}

/** Folders that were looked at and may be dropped once more, until when. @type {Map<string, number>} */
const again = new Map();

/** How long a person may take for it. */
const AGAIN_MS = 120_000;

/** @param {DragEvent} event */
export function onDropFiles(event) {
  const data = event.dataTransfer;
  const files = [...(data?.files ?? [])];
  if (!data || !event.isTrusted || files.length === 0) return;
  const entries = entriesOf(data);
  const folders = entries.some(({ isDirectory }) => isDirectory);
  const name = entries.map((entry) => entry.name).join("/");
  if (folders ? (again.get(name) ?? 0) > Date.now() : files.every(passes)) return;
  const target = dom.targetOf(event);
  const types = textsOf(data);
  const { clientX, clientY } = event;
  dom.stop(event);
  const place = { clientX, clientY };
  const leave = () => endDrag(target, place);
  if (folders) {
    // No script can hand over a folder.
    const pass = () => {
      leave();
      again.set(name, Date.now() + AGAIN_MS);
      const words = { title: say("noticeDropAgain"), about: say("noticeAboutDropAgain"), keepOut: say("noticeClose"), state: " " };
      notice.open({ phase: "checking", unchecked: false, leaving: false, keys: [], words, choose: notice.close });
    };
    void inspect(filesIn(entries), pass, leave, false);
    return;
  }
  const pass = (/** @type {File[]} */ left) => {
    const taken = !dispatchDrop(target, place, types, left);
    // The browser's own doing.
    if (!taken && target instanceof HTMLInputElement && target.type === "file") choose(target, left, true);
  };
  void inspect(files, pass, leave);
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
 * @param {File[] | Promise<File[]>} found
 * @param {(files: File[]) => void} pass
 * @param {() => void} [leave] is called where nothing is handed over
 * @param {boolean} [single] whether each file can go by itself
 */
async function inspect(found, pass, leave = () => {}, single = true) {
  const mine = (looking = {});
  void learn([]);
  const active = dom.activeElement();
  const restore = () => active && dom.focus(active);
  const words = { title: say("noticeFiles"), about: "", keepOut: say("noticeKeepOutFile"), state: "" };
  let [read, total, shown] = [0, 1, false];
  const slow = setTimeout(() => {
    shown = !notice.isOpen();
    const choose = () => {
      looking = undefined;
      notice.close();
      restore();
      leave();
    };
    if (shown) notice.open({ phase: "checking", unchecked: true, leaving: false, keys: [], words, choose });
  }, SLOW_MS);
  /** @type {File[]} */
  let files = [];
  /** @type {Map<File, import("./files-look.js").Report | undefined>} */
  const reports = new Map();
  try {
    files = await found;
  } catch {
    // A folder that cannot be listed: held, as what cannot be read.
    reports.set(new File([], say("noticeFolder")), undefined);
  }
  total = files.reduce((sum, { size }) => sum + size, 1);
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
  if (isOn()) decide(files, reports, { pass, leave, single, restore });
  else pass(files);
}

/**
 * @param {File[]} files
 * @param {Map<File, import("./files-look.js").Report | undefined>} reports of those that were looked at; undefined where it failed
 * @param {{pass: (files: File[]) => void, leave: () => void, single: boolean, restore: () => void}} ways
 */
function decide(files, reports, { pass, leave, single, restore }) {
  /** @type {Map<string, import("./findings.js").Part>} */
  const parts = new Map();
  /** Files that cannot go as they are, with their copies. @type {Map<File, File | undefined>} */
  const stopped = new Map();
  for (const [file, report] of reports) {
    if (!report || report.unread) stopped.set(file, undefined);
    if (!report) continue;
    const path = file.webkitRelativePath;
    for (const [entry, detector] of report.found) {
      const text = `${nameOf(file)}\n${entry}`;
      const finding = { start: 0, end: text.length, detector, action: HOLD, buffer: NOWHERE, index: 0 };
      if (stillAsked(text, [finding]).length === 0) continue;
      const part = parts.get(text) ?? { text, findings: [], where: [path || file.name, entry].filter(Boolean).join(" › ") };
      part.findings.push(finding);
      parts.set(text, part);
      // A copy would have lost its place in the folder.
      if (!stopped.has(file)) stopped.set(file, report.edits && single && !path ? edited(file, report.edits) : undefined);
    }
  }
  if (stopped.size === 0) return pass(files);
  const rest = single ? files.filter((file) => !stopped.has(file)) : [];
  const copies = [...stopped.values()].every(Boolean);
  let replaced = false;
  const blind = [...stopped.keys()].filter((file) => reports.get(file)?.unread !== false).map(({ name }) => name);
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
    keptOut: () => (rest.length > 0 ? pass(rest) : leave()),
    retry: () => void inspect(files, pass, leave, single),
    release: () => {
      for (const file of stopped.keys()) rememberUnchecked(nameOf(file));
      pass(files);
    },
  });
}
