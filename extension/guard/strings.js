/**
 * What people read, from `_locales`.
 */

/** English for the moment when the extension was updated under the page and its messages are gone. @type {Record<string, string>} */
const ORPHANED = {
  noticeOrphaned: "Keyward was updated or removed. Reload this page to go on.",
  noticeKeepOut: "Keep it out",
  noticeKeepOutMany: "Keep them out",
  noticeDoNotSend: "Do not send",
  noticeTitle: "A key is about to reach $1",
  noticeTitleMany: "$1: $2 keys",
  noticeRedact: "Paste it redacted",
  noticeRedactHere: "Redact it in the text",
  noticeVariable: "Use an environment variable",
  noticeLetThrough: "Let it through…",
};

/**
 * @param {string} name
 * @param {...string} values
 * @returns {string}
 */
export function say(name, ...values) {
  try {
    const message = chrome.i18n.getMessage(name, values);
    if (message) return message;
  } catch {
    // Said below.
  }
  return (ORPHANED[name] ?? "").replace(/\$(\d)/g, (_, number) => values[number - 1] ?? "");
}

/** The language that `say` answers in. */
export function language() {
  try {
    return chrome.i18n.getMessage("noticeLanguage") || "en";
  } catch {
    return "en";
  }
}

/**
 * "DeepSeek API key", in the person's language.
 *
 * @param {import("./kinds.js").Kind} kind
 * @returns {string}
 */
export function nameOfKey({ provider, kind }) {
  const camel = kind.replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase());
  // What only the person's vault knows is of no kind.
  const kindName = say(`kind${camel || "Own"}`) || say("kindSecret") || "key";
  if (!provider) return kindName;
  return say("kindOfProvider", provider, kindName) || `${provider} ${kindName}`;
}

/** The site that a text would go to, as the browser names this frame's origin. */
export function site() {
  // A name of a site's own only: others are made of random letters.
  return /^https?:/.test(self.origin) ? new URL(self.origin).host : say("noticeThisFrame") || "this frame";
}
