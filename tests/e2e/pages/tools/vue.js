// A field bound with `v-model`, as n8n has it; `vue-lazy` binds on `change`.
import { createApp, h, ref, vModelText, withDirectives } from "vue";

const root = document.getElementById("root");
const stored = ref("");
const lazy = root.dataset.kind === "vue-lazy";
createApp({
  setup: () => () =>
    withDirectives(
      h("input", { type: "password", "aria-label": "API Key", "onUpdate:modelValue": (value) => { stored.value = value; } }),
      [[vModelText, stored.value, "", { lazy }]],
    ),
}).mount(root);
window.field = {
  get element() { return root.querySelector("input"); },
  text: () => stored.value,
  shape: () => root.querySelector("input").value,
};
