// React: hooks and a reducer, controlled fields, a view for each address.
import { createElement as h, useEffect, useReducer, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { CHANGES, log, route, shown, START, status } from "./model.js";

function reduce({ now, before }, { type, args = [] }) {
  if (type === "undo") return before.length ? { now: before.at(-1), before: before.slice(0, -1) } : { now, before };
  return { now: CHANGES[type](now, ...args), before: [...before, now] };
}

function Task({ item, act, drag }) {
  const [draft, setDraft] = useState(null);
  const field = useRef(null);
  useEffect(() => { field.current?.focus(); }, [draft === null]);
  const end = (keep) => {
    if (keep && draft !== item.title) act("rename", item.id, draft);
    setDraft(null);
  };
  return h("li", {
    draggable: true, className: item.done ? "done" : "",
    onDragStart: (event) => { drag.current = item.id; event.dataTransfer.setData("text/plain", item.title); },
    onDragOver: (event) => event.preventDefault(),
    onDrop: (event) => { event.preventDefault(); act("move", drag.current, item.id, event.dataTransfer.getData("text/plain")); },
  },
  h("input", { type: "checkbox", checked: item.done, onChange: () => act("toggle", item.id), "aria-label": "done" }),
  draft === null
    ? h("span", { className: "title", onDoubleClick: () => setDraft(item.title) }, item.title)
    : h("input", {
      ref: field, className: "edit", value: draft, onChange: (event) => setDraft(event.target.value),
      onKeyDown: (event) => { if (event.key === "Enter") end(true); if (event.key === "Escape") end(false); },
    }),
  h("button", { className: "remove", onClick: () => act("remove", item.id) }, "remove"));
}

function App() {
  const [{ now }, dispatch] = useReducer(reduce, { now: START, before: [] });
  const [view, setView] = useState(route);
  const [title, setTitle] = useState("");
  const [filter, setFilter] = useState("all");
  const [notes, setNotes] = useState("");
  const [rich, setRich] = useState("");
  const drag = useRef(0);
  useEffect(() => {
    const changed = () => { log(`route ${route()}`); setView(route()); };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  const act = (type, ...args) => { log([type, ...args].join(" ")); dispatch({ type, args }); };
  const add = (event) => {
    event.preventDefault();
    if (title.trim()) act("add", title.trim());
    setTitle("");
  };
  const tasks = () => [
    h("form", { key: "form", id: "add", onSubmit: add }, h("input", { id: "new", value: title, onChange: (event) => setTitle(event.target.value) }), h("button", null, "add")),
    h("select", { key: "filter", id: "filter", value: filter, onChange: (event) => setFilter(event.target.value) }, ["all", "open", "done"].map((name) => h("option", { key: name, value: name }, name))),
    h("button", { key: "undo", id: "undo", onClick: () => act("undo") }, "undo"),
    h("ul", { key: "items", id: "items" }, shown(now.items, filter).map((item) => h(Task, { key: item.id, item, act, drag }))),
    h("output", { key: "status", id: "status" }, status(now.items)),
  ];
  const paper = () => [
    h("textarea", { key: "notes", id: "notes", value: notes, onChange: (event) => setNotes(event.target.value) }),
    h("div", { key: "rich", id: "rich", contentEditable: true, suppressContentEditableWarning: true, onInput: (event) => setRich(event.target.textContent) }),
    h("output", { key: "count", id: "count" }, `${notes.length} and ${rich.length}`),
  ];
  return h("main", null,
    h("nav", null, h("a", { href: "#/tasks" }, "tasks"), " ", h("a", { href: "#/notes" }, "notes")),
    view === "tasks" ? tasks() : paper());
}

createRoot(document.getElementById("app")).render(h(App));
