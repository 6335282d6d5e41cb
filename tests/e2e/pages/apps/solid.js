// Solid: signals and a store, in tagged templates.
import { createEffect, createMemo, createSignal, For, onMount, Show } from "solid-js";
import html from "solid-js/html";
import { render } from "solid-js/web";
import { CHANGES, log, route, shown, START, status } from "./model.js";

const [now, setNow] = createSignal(START);
const [before, setBefore] = createSignal([]);
let dragged = 0;

function act(type, ...args) {
  log([type, ...args].join(" "));
  if (type !== "undo") {
    setBefore([...before(), now()]);
    setNow(CHANGES[type](now(), ...args));
  } else if (before().length) {
    setNow(before().at(-1));
    setBefore(before().slice(0, -1));
  }
}

function Task({ item }) {
  const [draft, setDraft] = createSignal(null);
  let field;
  const end = (keep) => {
    const title = draft();
    setDraft(null);
    if (keep && title !== item.title) act("rename", item.id, title);
  };
  createEffect(() => { if (draft() !== null) field?.focus(); });
  return html`<li draggable="true" class=${item.done ? "done" : ""}
      on:dragstart=${(event) => { dragged = item.id; event.dataTransfer.setData("text/plain", item.title); }}
      on:dragover=${(event) => event.preventDefault()}
      on:drop=${(event) => { event.preventDefault(); act("move", dragged, item.id, event.dataTransfer.getData("text/plain")); }}>
    <input type="checkbox" aria-label="done" checked=${item.done} onChange=${() => act("toggle", item.id)} />
    <${Show} when=${() => draft() === null}
      fallback=${() => html`<input class="edit" ref=${(element) => { field = element; }} value=${draft() ?? ""} onInput=${(event) => setDraft(event.target.value)}
        onKeyDown=${(event) => { if (event.key === "Enter") end(true); if (event.key === "Escape") end(false); }} />`}>
      <span class="title" onDblClick=${() => setDraft(item.title)}>${item.title}</span>
    <//>
    <button class="remove" onClick=${() => act("remove", item.id)}>remove</button>
  </li>`;
}

function Tasks() {
  const [title, setTitle] = createSignal("");
  const [filter, setFilter] = createSignal("all");
  const visible = createMemo(() => shown(now().items, filter()));
  const add = (event) => {
    event.preventDefault();
    if (title().trim()) act("add", title().trim());
    setTitle("");
  };
  return html`<form id="add" on:submit=${add}><input id="new" prop:value=${title} onInput=${(event) => setTitle(event.target.value)} /><button>add</button></form>
    <select id="filter" onChange=${(event) => setFilter(event.target.value)}><option value="all">all</option><option value="open">open</option><option value="done">done</option></select>
    <button id="undo" onClick=${() => act("undo")}>undo</button>
    <ul id="items"><${For} each=${visible}>${(item) => html`<${Task} item=${item} />`}<//></ul>
    <output id="status">${() => status(now().items)}</output>`;
}

function Paper() {
  const [notes, setNotes] = createSignal("");
  const [rich, setRich] = createSignal("");
  return html`<textarea id="notes" prop:value=${notes} onInput=${(event) => setNotes(event.target.value)}></textarea>
    <div id="rich" contenteditable="true" onInput=${(event) => setRich(event.currentTarget.textContent)}></div>
    <output id="count">${() => `${notes().length} and ${rich().length}`}</output>`;
}

function App() {
  const [view, setView] = createSignal(route());
  onMount(() => addEventListener("hashchange", () => { log(`route ${route()}`); setView(route()); }));
  return html`<main><nav><a href="#/tasks">tasks</a> <a href="#/notes">notes</a></nav>
    <${Show} when=${() => view() === "tasks"} fallback=${() => html`<${Paper} />`}><${Tasks} /><//></main>`;
}

render(() => html`<${App} />`, document.getElementById("app"));
