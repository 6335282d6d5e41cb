// Mithril: closures as components, its own router, redrawn after every handler.
import m from "mithril";
import { CHANGES, log, shown, START, status } from "./model.js";

let now = START;
const before = [];
let dragged = 0;

function act(type, ...args) {
  log([type, ...args].join(" "));
  if (type !== "undo") {
    before.push(now);
    now = CHANGES[type](now, ...args);
  } else if (before.length) now = before.pop();
}

function Task() {
  let draft = null;
  return {
    view({ attrs: { item } }) {
      const end = (keep) => {
        if (keep && draft !== item.title) act("rename", item.id, draft);
        draft = null;
      };
      return m("li", {
        draggable: true, class: item.done ? "done" : "",
        ondragstart: (event) => { dragged = item.id; event.dataTransfer.setData("text/plain", item.title); },
        ondragover: (event) => { event.preventDefault(); event.redraw = false; },
        ondrop: (event) => { event.preventDefault(); act("move", dragged, item.id, event.dataTransfer.getData("text/plain")); },
      },
      m("input[type=checkbox][aria-label=done]", { checked: item.done, onchange: () => act("toggle", item.id) }),
      draft === null
        ? m("span.title", { ondblclick: () => { draft = item.title; } }, item.title)
        : m("input.edit", {
          value: draft, oncreate: ({ dom }) => dom.focus(), oninput: (event) => { draft = event.target.value; },
          onkeydown: (event) => { if (event.key === "Enter") end(true); if (event.key === "Escape") end(false); },
        }),
      m("button.remove", { onclick: () => act("remove", item.id) }, "remove"));
    },
  };
}

const layout = (...content) => m("main", m("nav", m("a[href=#/tasks]", "tasks"), " ", m("a[href=#/notes]", "notes")), content);

function Tasks() {
  let title = "";
  let filter = "all";
  const add = (event) => {
    event.preventDefault();
    if (title.trim()) act("add", title.trim());
    title = "";
  };
  return {
    view: () => layout(
      m("form#add", { onsubmit: add }, m("input#new", { value: title, oninput: (event) => { title = event.target.value; } }), m("button", "add")),
      m("select#filter", { value: filter, onchange: (event) => { filter = event.target.value; } }, ["all", "open", "done"].map((name) => m("option", { value: name }, name))),
      m("button#undo", { onclick: () => act("undo") }, "undo"),
      m("ul#items", shown(now.items, filter).map((item) => m(Task, { key: item.id, item }))),
      m("output#status", status(now.items)),
    ),
  };
}

function Paper() {
  let notes = "";
  let rich = "";
  return {
    view: () => layout(
      m("textarea#notes", { value: notes, oninput: (event) => { notes = event.target.value; } }),
      m("div#rich[contenteditable=true]", { oninput: (event) => { rich = event.target.textContent; } }),
      m("output#count", `${notes.length} and ${rich.length}`),
    ),
  };
}

m.route.prefix = "#";
let first = true;
const on = (name, component) => ({ onmatch: () => { if (!first) log(`route ${name}`); first = false; return component; } });
m.route(document.getElementById("app"), "/tasks", { "/tasks": on("tasks", Tasks), "/notes": on("notes", Paper) });
