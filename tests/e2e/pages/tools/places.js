// The same plain field in the places that components put it: open and closed shadow roots, a slot, a modal dialog, a popover.
const root = document.getElementById("root");
const kind = root.dataset.kind;
const input = Object.assign(document.createElement("input"), { type: "password" });
input.setAttribute("aria-label", "API Key");

const host = document.createElement("div");
if (kind === "shadow-open" || kind === "shadow-closed") {
  const shadow = host.attachShadow({ mode: kind === "shadow-open" ? "open" : "closed" });
  const inner = document.createElement("div");
  shadow.append(inner);
  inner.attachShadow({ mode: "open" }).append(input);
  root.append(host);
} else if (kind === "slot") {
  host.attachShadow({ mode: "closed" }).append(Object.assign(document.createElement("div"), { innerHTML: "<slot></slot>" }));
  host.append(input);
  root.append(host);
} else if (kind === "dialog") {
  const dialog = document.createElement("dialog");
  dialog.append(input);
  root.append(dialog);
  dialog.showModal();
} else if (kind === "popover") {
  host.popover = "manual";
  host.append(input);
  root.append(host);
  host.showPopover();
}
let stored = "";
input.addEventListener("input", () => { stored = input.value; });
window.field = { element: input, text: () => stored, shape: () => input.value };
