// Vue: refs, `v-model`, a component for each task, as render functions with directives.
import { computed, createApp, h, nextTick, onMounted, ref, vModelText, vShow, withDirectives } from "vue";
import { CHANGES, log, route, shown, START, status } from "./model.js";

const now = ref(START);
const before = ref([]);
const view = ref(route());
let dragged = 0;

function act(type, ...args) {
  log([type, ...args].join(" "));
  if (type !== "undo") {
    before.value = [...before.value, now.value];
    now.value = CHANGES[type](now.value, ...args);
  } else if (before.value.length) {
    now.value = before.value.at(-1);
    before.value = before.value.slice(0, -1);
  }
}

/** A field bound with `v-model`. */
const bound = (tag, props, model) =>
  withDirectives(h(tag, { ...props, "onUpdate:modelValue": (value) => { model.value = value; } }), [[vModelText, model.value]]);

const Task = {
  props: ["item"],
  setup(props) {
    const draft = ref("");
    const editing = ref(false);
    const field = ref(null);
    const edit = async () => {
      draft.value = props.item.title;
      editing.value = true;
      await nextTick();
      field.value?.focus();
    };
    const end = (keep) => {
      if (keep && draft.value !== props.item.title) act("rename", props.item.id, draft.value);
      editing.value = false;
    };
    return () => h("li", {
      draggable: true, class: props.item.done ? "done" : "",
      onDragstart: (event) => { dragged = props.item.id; event.dataTransfer.setData("text/plain", props.item.title); },
      onDragover: (event) => event.preventDefault(),
      onDrop: (event) => { event.preventDefault(); act("move", dragged, props.item.id, event.dataTransfer.getData("text/plain")); },
    }, [
      h("input", { type: "checkbox", checked: props.item.done, onChange: () => act("toggle", props.item.id), "aria-label": "done" }),
      withDirectives(h("span", { class: "title", onDblclick: edit }, props.item.title), [[vShow, !editing.value]]),
      editing.value
        ? bound("input", { ref: field, class: "edit", onKeydown: (event) => { if (event.key === "Enter") end(true); if (event.key === "Escape") end(false); } }, draft)
        : null,
      h("button", { class: "remove", onClick: () => act("remove", props.item.id) }, "remove"),
    ]);
  },
};

createApp({
  setup() {
    const title = ref("");
    const filter = ref("all");
    const notes = ref("");
    const rich = ref("");
    const visible = computed(() => shown(now.value.items, filter.value));
    onMounted(() => addEventListener("hashchange", () => { log(`route ${route()}`); view.value = route(); }));
    const add = (event) => {
      event.preventDefault();
      if (title.value.trim()) act("add", title.value.trim());
      title.value = "";
    };
    const tasks = () => [
      h("form", { id: "add", onSubmit: add }, [bound("input", { id: "new" }, title), h("button", "add")]),
      h("select", { id: "filter", value: filter.value, onChange: (event) => { filter.value = event.target.value; } }, ["all", "open", "done"].map((name) => h("option", { value: name }, name))),
      h("button", { id: "undo", onClick: () => act("undo") }, "undo"),
      h("ul", { id: "items" }, visible.value.map((item) => h(Task, { key: item.id, item }))),
      h("output", { id: "status" }, status(now.value.items)),
    ];
    const paper = () => [
      bound("textarea", { id: "notes" }, notes),
      h("div", { id: "rich", contenteditable: "true", onInput: (event) => { rich.value = event.target.textContent; } }),
      h("output", { id: "count" }, `${notes.value.length} and ${rich.value.length}`),
    ];
    return () => h("main", [h("nav", [h("a", { href: "#/tasks" }, "tasks"), " ", h("a", { href: "#/notes" }, "notes")]), h("div", { key: view.value }, view.value === "tasks" ? tasks() : paper())]);
  },
}).mount("#app");
