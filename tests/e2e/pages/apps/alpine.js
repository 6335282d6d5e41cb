// Alpine: behaviour written into the markup.
import Alpine from "alpinejs";
import { CHANGES, log, route, shown, START, status } from "./model.js";

document.getElementById("app").innerHTML = `<main x-data="board" @hashchange.window="routed()">
  <nav><a href="#/tasks">tasks</a> <a href="#/notes">notes</a></nav>
  <template x-if="view === 'tasks'"><section>
    <form id="add" @submit.prevent="add()"><input id="new" x-model="title"><button>add</button></form>
    <select id="filter" x-model="filter"><option>all</option><option>open</option><option>done</option></select>
    <button id="undo" @click="act('undo')">undo</button>
    <ul id="items"><template x-for="item in visible" :key="item.id">
      <li draggable="true" :class="item.done && 'done'" x-data="{ draft: null }"
        @dragstart="drag($event, item)" @dragover.prevent @drop.prevent="act('move', dragged, item.id, $event.dataTransfer.getData('text/plain'))">
        <input type="checkbox" aria-label="done" :checked="item.done" @change="act('toggle', item.id)">
        <template x-if="draft === null"><span class="title" x-text="item.title" @dblclick="draft = item.title"></span></template>
        <template x-if="draft !== null"><input class="edit" x-model="draft" x-init="$nextTick(() => $el.focus())"
          @keydown.enter="if (draft !== item.title) act('rename', item.id, draft); draft = null" @keydown.escape="draft = null"></template>
        <button class="remove" @click="act('remove', item.id)">remove</button>
      </li>
    </template></ul>
    <output id="status" x-text="status"></output>
  </section></template>
  <template x-if="view === 'notes'"><section>
    <textarea id="notes" x-model="notes"></textarea>
    <div id="rich" contenteditable="true" @input="rich = $el.textContent"></div>
    <output id="count" x-text="notes.length + ' and ' + rich.length"></output>
  </section></template>
</main>`;

Alpine.data("board", () => ({
  now: START,
  before: [],
  view: route(),
  title: "",
  filter: "all",
  notes: "",
  rich: "",
  dragged: 0,
  get visible() { return shown(this.now.items, this.filter); },
  get status() { return status(this.now.items); },
  routed() {
    log(`route ${route()}`);
    this.view = route();
  },
  act(type, ...args) {
    log([type, ...args].join(" "));
    if (type !== "undo") {
      this.before.push(this.now);
      this.now = CHANGES[type](this.now, ...args);
    } else if (this.before.length) this.now = this.before.pop();
  },
  add() {
    if (this.title.trim()) this.act("add", this.title.trim());
    this.title = "";
  },
  drag(event, item) {
    this.dragged = item.id;
    event.dataTransfer.setData("text/plain", item.title);
  },
}));
Alpine.start();
