// Lit: custom elements with shadow roots, one inside the other.
import { html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { CHANGES, log, route, shown, START, status } from "./model.js";

class TaskItem extends LitElement {
  static properties = { item: {}, draft: { state: true } };

  constructor() {
    super();
    this.draft = null;
  }

  /** @param {string} type @param {unknown[]} args */
  act(type, ...args) {
    this.dispatchEvent(new CustomEvent("act", { bubbles: true, composed: true, detail: [type, ...args] }));
  }

  end(keep) {
    if (keep && this.draft !== this.item.title) this.act("rename", this.item.id, this.draft);
    this.draft = null;
  }

  updated() {
    this.renderRoot.querySelector(".edit")?.focus();
  }

  render() {
    const { item, draft } = this;
    return html`<input type="checkbox" aria-label="done" .checked=${item.done} @change=${() => this.act("toggle", item.id)} />
      ${draft === null
        ? html`<span class="title" @dblclick=${() => { this.draft = item.title; }}>${item.title}</span>`
        : html`<input class="edit" .value=${draft} @input=${(event) => { this.draft = event.target.value; }}
            @keydown=${(event) => { if (event.key === "Enter") this.end(true); if (event.key === "Escape") this.end(false); }} />`}
      <button class="remove" @click=${() => this.act("remove", item.id)}>remove</button>`;
  }
}
customElements.define("task-item", TaskItem);

class TaskBoard extends LitElement {
  static properties = Object.fromEntries(["now", "view", "draft", "filter", "notes", "rich"].map((name) => [name, { state: true }]));

  constructor() {
    super();
    Object.assign(this, { now: START, before: [], view: route(), draft: "", filter: "all", notes: "", rich: "", dragged: 0 });
    addEventListener("hashchange", () => { log(`route ${route()}`); this.view = route(); });
    this.addEventListener("act", ({ detail }) => this.act(...detail));
  }

  act(type, ...args) {
    log([type, ...args].join(" "));
    if (type !== "undo") {
      this.before.push(this.now);
      this.now = CHANGES[type](this.now, ...args);
    } else if (this.before.length) this.now = this.before.pop();
  }

  add(event) {
    event.preventDefault();
    if (this.draft.trim()) this.act("add", this.draft.trim());
    this.draft = "";
  }

  drop(event, item) {
    event.preventDefault();
    this.act("move", this.dragged, item.id, event.dataTransfer.getData("text/plain"));
  }

  tasks() {
    return html`<form id="add" @submit=${this.add}><input id="new" .value=${this.draft} @input=${(event) => { this.draft = event.target.value; }} /><button>add</button></form>
      <select id="filter" @change=${(event) => { this.filter = event.target.value; }}>${["all", "open", "done"].map((name) => html`<option value=${name}>${name}</option>`)}</select>
      <button id="undo" @click=${() => this.act("undo")}>undo</button>
      <ul id="items">${repeat(shown(this.now.items, this.filter), ({ id }) => id, (item) => html`<li draggable="true" class=${item.done ? "done" : ""}
        @dragstart=${(event) => { this.dragged = item.id; event.dataTransfer.setData("text/plain", item.title); }}
        @dragover=${(event) => event.preventDefault()} @drop=${(event) => this.drop(event, item)}><task-item .item=${item}></task-item></li>`)}</ul>
      <output id="status">${status(this.now.items)}</output>`;
  }

  render() {
    return html`<main><nav><a href="#/tasks">tasks</a> <a href="#/notes">notes</a></nav>${this.view === "tasks" ? this.tasks() : html`
      <textarea id="notes" .value=${this.notes} @input=${(event) => { this.notes = event.target.value; }}></textarea>
      <div id="rich" contenteditable="true" @input=${(event) => { this.rich = event.target.textContent; }}></div>
      <output id="count">${this.notes.length} and ${this.rich.length}</output>`}</main>`;
  }
}
customElements.define("task-board", TaskBoard);
document.getElementById("app").append(document.createElement("task-board"));
