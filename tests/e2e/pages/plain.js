// Plain fields of HTML. Like every script that makes a field, it leaves `window.field`: the element to click, and how to
// read what the field holds.
{
  const root = /** @type {HTMLElement} */ (document.getElementById("root"));
  const kind = root.dataset.kind ?? "textarea";
  /** @type {HTMLElement} */
  let element;
  if (kind === "textarea") {
    element = document.createElement("textarea");
  } else if (kind.startsWith("contenteditable")) {
    element = document.createElement("div");
    element.setAttribute("contenteditable", kind === "contenteditable-plain" ? "plaintext-only" : "true");
  } else {
    const input = document.createElement("input");
    input.type = kind;
    element = input;
  }
  element.setAttribute("aria-label", "The field");
  root.append(element);
  /** @type {any} */ (window).field = {
    element,
    text: () => ("value" in element ? element.value : element.innerText.replace(/\n$/, "")),
    shape: () => ("value" in element ? element.value : element.innerHTML),
  };
}
