// Angular: signals, template-driven forms, control flow in templates, compiled in the page.
import "@angular/compiler";
import { Component, signal } from "@angular/core";
import { FormsModule } from "@angular/forms";
import { bootstrapApplication } from "@angular/platform-browser";
import { CHANGES, log, route, shown, START, status } from "./model.js";

/** What decorators do, in a script that has none. */
const component = (definition, type) => Component(definition)(type) ?? type;

const board = {
  now: signal(START),
  before: signal([]),
  dragged: 0,
  act(type, ...args) {
    log([type, ...args].join(" "));
    if (type !== "undo") {
      this.before.update((before) => [...before, this.now()]);
      this.now.update((now) => CHANGES[type](now, ...args));
    } else if (this.before().length) {
      this.now.set(this.before().at(-1));
      this.before.update((before) => before.slice(0, -1));
    }
  },
};

const Focused = component({ selector: "task-edit", inputs: ["item", "end"], imports: [FormsModule], template: `
  <input class="edit" [(ngModel)]="draft" (keydown.enter)="end(true, draft())" (keydown.escape)="end(false, '')" #field />` },
class {
  draft = signal("");
  ngOnInit() { this.draft.set(this.item.title); }
  ngAfterViewInit() { setTimeout(() => document.querySelector(".edit")?.focus()); }
});

const Task = component({ selector: "task-item", inputs: ["item"], imports: [Focused], template: `
  <input type="checkbox" aria-label="done" [checked]="item.done" (change)="board.act('toggle', item.id)" />
  @if (editing()) { <task-edit [item]="item" [end]="end" /> } @else { <span class="title" (dblclick)="editing.set(true)">{{ item.title }}</span> }
  <button class="remove" (click)="board.act('remove', item.id)">remove</button>` },
class {
  board = board;
  editing = signal(false);
  end = (keep, title) => {
    if (keep && title !== this.item.title) board.act("rename", this.item.id, title);
    this.editing.set(false);
  };
});

const App = component({ selector: "#app", imports: [FormsModule, Task], template: `
  <main><nav><a href="#/tasks">tasks</a> <a href="#/notes">notes</a></nav>
  @if (view() === "tasks") {
    <form id="add" (ngSubmit)="add()"><input id="new" name="title" [(ngModel)]="title" /><button>add</button></form>
    <select id="filter" [(ngModel)]="filter">@for (name of ["all", "open", "done"]; track name) { <option [value]="name">{{ name }}</option> }</select>
    <button id="undo" (click)="board.act('undo')">undo</button>
    <ul id="items">@for (item of visible(); track item.id) {
      <li draggable="true" [class.done]="item.done" (dragstart)="drag($event, item)" (dragover)="$event.preventDefault()" (drop)="drop($event, item)"><task-item [item]="item" /></li>
    }</ul>
    <output id="status">{{ status() }}</output>
  } @else {
    <textarea id="notes" [(ngModel)]="notes"></textarea>
    <div id="rich" contenteditable="true" (input)="rich.set($event.target.textContent)"></div>
    <output id="count">{{ notes().length }} and {{ rich().length }}</output>
  }</main>` },
class {
  board = board;
  view = signal(route());
  title = signal("");
  filter = signal("all");
  notes = signal("");
  rich = signal("");
  visible = () => shown(board.now().items, this.filter());
  status = () => status(board.now().items);

  constructor() {
    addEventListener("hashchange", () => { log(`route ${route()}`); this.view.set(route()); });
  }

  add() {
    if (this.title().trim()) board.act("add", this.title().trim());
    this.title.set("");
  }

  drag(event, item) {
    board.dragged = item.id;
    event.dataTransfer.setData("text/plain", item.title);
  }

  drop(event, item) {
    event.preventDefault();
    board.act("move", board.dragged, item.id, event.dataTransfer.getData("text/plain"));
  }
});

bootstrapApplication(App).catch((error) => console.error(String(error)));
