// A settings page's controlled field, as NextChat and LibreChat have it: what counts is the state, not what the field shows.
import { createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";

const kind = document.getElementById("root").dataset.kind;
const root = () => document.getElementById("root");
let stored = "";

/** Takes what is typed at once. */
function Controlled() {
  const [value, setValue] = useState("");
  stored = value;
  return h("input", { type: "password", value, onChange: (event) => setValue(event.target.value), "aria-label": "DeepSeek API Key" });
}

/** Stores what was typed when the field is left, as LobeChat does, and shows the stored value when it changes. */
function OnBlur() {
  const [value, setValue] = useState("");
  const [saved, setSaved] = useState("");
  stored = saved;
  const commit = () => setSaved(value);
  return h("input", {
    type: "password",
    value,
    onChange: (event) => setValue(event.target.value),
    onBlur: commit,
    onKeyDown: (event) => event.key === "Enter" && commit(),
    "aria-label": "API Key",
  });
}

/** Takes hexadecimal digits and dashes only, and writes its own spelling back. */
function Masked() {
  const [value, setValue] = useState("");
  stored = value;
  return h("input", { type: "text", value, onChange: (event) => setValue(event.target.value.trim()), placeholder: "sk-…" });
}

const fields = { react: Controlled, "react-blur": OnBlur, "react-masked": Masked };
createRoot(root()).render(h(fields[kind]));
window.field = {
  get element() { return document.querySelector("#root input"); },
  text: () => stored,
  shape: () => document.querySelector("#root input").value,
};
