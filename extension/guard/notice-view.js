/**
 * What the notice looks like.
 */
import * as dom from "./dom.js";
import { language, say, site } from "./strings.js";
import { applyStyle } from "./style.js";

/** @typedef {import("./findings.js").Key} Key */

/** More keys than that are decided together with the last one shown. */
const MAX_ROWS = 40;

/**
 * Draws the notice anew.
 *
 * @param {import("./notice.js").Open} shown
 */
export function buildNotice({ root, dialog, model, oneByOne }) {
  applyStyle(root);
  dialog.lang = language();
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-modal", "true");
  dialog.setAttribute("aria-labelledby", "title");
  dialog.setAttribute("aria-describedby", "about keys state");
  const { phase, keys, words } = model;
  dialog.replaceChildren(
    element("header", {}, [icon(), element("span", {}, ["Keyward"])]),
    element("h1", { id: "title" }, withSite(title(model))),
    element("p", { id: "about" }, [about(model)]),
    ...(keys.length > 0 ? [keyList(keys, oneByOne)] : []),
    element("p", { id: "state", role: "status" }, [words?.state || stateOf(phase)]),
    choices(model, oneByOne),
  );
}

/** @param {import("./notice.js").Model} model */
function title({ phase, leaving, unchecked, keys, words }) {
  if (words?.title) return words.title;
  if (phase === "copy") return say("noticeTitleCopy");
  if (unchecked) return say("noticeTitleUnchecked");
  if (keys.length > 1) return say(leaving ? "noticeTitleSendMany" : "noticeTitleMany", site(), String(keys.length));
  return say(leaving ? "noticeTitleSend" : "noticeTitle", site());
}

/** Keeps the site's name in one piece, and in its own direction. @param {string} text */
function withSite(text) {
  const name = site();
  const at = text.indexOf(name);
  if (at < 0) return [text];
  return [text.slice(0, at), element("bdi", {}, [name]), text.slice(at + name.length)];
}

/** @param {import("./notice.js").Model} model */
function about({ phase, leaving, unchecked, keys, words }) {
  if (words) return words.about;
  if (phase === "copy") return say("noticeAboutCopy");
  if (unchecked) return say("noticeAboutUnchecked", site());
  if (keys.length > 1) return say(leaving ? "noticeAboutSendMany" : "noticeAboutMany");
  return say(leaving ? "noticeAboutSend" : "noticeAbout");
}

/** @param {import("./notice.js").Phase} phase */
function stateOf(phase) {
  switch (phase) {
    case "checking":
      return say("noticeChecking");
    case "waiting":
      return say("noticeWaiting");
    case "unopened":
      return say("noticeUnopened");
    case "unreachable":
      return say("noticeUnreachable");
    case "orphaned":
      return say("noticeOrphaned");
    default:
      return "";
  }
}

/** @param {Key[]} keys @param {boolean} oneByOne */
function keyList(keys, oneByOne) {
  const rows = keys.slice(0, MAX_ROWS).map((key) => keyRow(key, oneByOne));
  const rest = keys.length - rows.length;
  if (rest > 0) rows.push(element("li", { class: "rest" }, [say("noticeMore", String(rest))]));
  return element("ul", { id: "keys", tabindex: keys.length > 4 ? "0" : "-1" }, rows);
}

/** @param {Key} key @param {boolean} oneByOne */
function keyRow({ name, mayBe, findings, where, own }, oneByOne) {
  const times = findings.length > 1 ? [element("span", { class: "times" }, [`× ${findings.length}`])] : [];
  const text = [element("strong", {}, [name]), ...times];
  if (mayBe.length > 0) text.push(element("span", { class: "may" }, [say("noticeMayBe", mayBe.join(", "))]));
  if (own) text.push(element("span", { class: "may" }, [say("noticeOwn")]));
  if (where) text.push(element("bdi", { class: "may" }, [where]));
  const row = [element("div", { class: "key" }, text)];
  if (oneByOne) {
    row.push(
      element("select", { "aria-label": say("noticeInsteadOf", name) }, [
        element("option", { value: "redact" }, [say("noticeRedacted")]),
        element("option", { value: "variable" }, [say("noticeVariableShort")]),
      ]),
    );
  }
  return element("li", {}, row);
}

/** @param {import("./notice.js").Model} model @param {boolean} oneByOne */
function choices(model, oneByOne) {
  const { phase, leaving, unchecked, keys, storable, words } = model;
  const many = keys.length > 1;
  /** @type {HTMLElement[]} */
  const rows = [];
  if (phase === "copy") {
    rows.push(button("copy", say("noticeCopy"), { class: "primary" }), button("keepOut", say("noticeClose"), { class: "quiet" }));
  } else {
    rows.push(button("keepOut", words?.keepOut ?? say(leaving ? "noticeDoNotSend" : many ? "noticeKeepOutMany" : "noticeKeepOut"), { class: "primary" }));
    if (unchecked && phase !== "checking") rows.push(button("tryAgain", say("noticeTryAgain")));
    rows.push(...replacements(model, oneByOne));
    const quiet = [];
    if (many && !words) quiet.push(button("oneByOne", say(oneByOne ? "noticeTogether" : "noticeOneByOne"), { class: "quiet", "aria-expanded": String(oneByOne) }));
    // Not while the window is open, nor when nobody is there to open it.
    if (phase !== "checking" && phase !== "waiting" && phase !== "orphaned") {
      if (storable) rows.push(button("store", say(many ? "noticeStoreMany" : "noticeStore")));
      quiet.push(button("letThrough", say(many ? "noticeLetThroughMany" : "noticeLetThrough"), { class: "quiet" }));
    }
    if (quiet.length > 0) rows.push(element("footer", {}, quiet));
  }
  rows[0]?.setAttribute("data-default", "");
  return element("div", { class: "choices" }, rows);
}

/** @param {import("./notice.js").Model} model @param {boolean} oneByOne */
function replacements({ leaving, keys, preview, words }, oneByOne) {
  if (keys.length === 0) return [];
  if (words) return words.redact ? [button("redact", words.redact)] : [];
  if (oneByOne) return [button("chosen", say(leaving ? "noticeReplaceAsChosen" : "noticePasteAsChosen"))];
  const many = keys.length > 1;
  const redact = leaving ? (many ? "noticeRedactHereMany" : "noticeRedactHere") : many ? "noticeRedactMany" : "noticeRedact";
  return [
    button("redact", say(redact), {}, many ? "" : preview?.redacted),
    button("variable", say(many ? "noticeVariableMany" : "noticeVariable"), {}, many ? "" : preview?.variable),
  ];
}

/**
 * @param {string} choice
 * @param {string} label
 * @param {Record<string, string>} [attributes]
 * @param {string} [preview] what takes the place of the key
 */
function button(choice, label, attributes = {}, preview = "") {
  const content = [element("span", {}, [label])];
  if (preview !== "") content.push(element("code", { translate: "no" }, [preview]));
  return element("button", { type: "button", "data-choice": choice, ...attributes }, content);
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElement}
 */
export function element(name, attributes, children) {
  const made = dom.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** A shield with a keyhole. */
export function icon() {
  const svg = dom.createSvg("svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = dom.createSvg("path");
  path.setAttribute("fill-rule", "evenodd");
  path.setAttribute("d", "M12 1.5 3.5 4.6v6.2c0 5.3 3.5 9.9 8.5 11.7 5-1.8 8.5-6.4 8.5-11.7V4.6L12 1.5Zm0 6a2.6 2.6 0 0 1 1.3 4.85l.7 4.15h-4l.7-4.15A2.6 2.6 0 0 1 12 7.5Z");
  svg.append(path);
  return svg;
}
