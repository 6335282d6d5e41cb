import { mount } from "svelte";
import Sensitive from "./Sensitive.svelte";

const root = document.getElementById("root");
const state = { stored: "" };
mount(Sensitive, { target: root, props: { onstored: (value) => { state.stored = value; } } });
window.field = {
  get element() { return root.querySelector("input"); },
  text: () => state.stored,
  shape: () => root.querySelector("input").value,
};
