// Preact: class components with their own state.
import { Component, h, render } from "preact";
import { CHANGES, log, route, shown, START, status } from "./model.js";

class Task extends Component {
  state = { draft: null };

  end(keep) {
    const { item, act } = this.props;
    if (keep && this.state.draft !== item.title) act("rename", item.id, this.state.draft);
    this.setState({ draft: null });
  }

  render({ item, act, drag }, { draft }) {
    return h("li", {
      draggable: true, class: item.done ? "done" : "",
      onDragStart: (event) => { drag.id = item.id; event.dataTransfer.setData("text/plain", item.title); },
      onDragOver: (event) => event.preventDefault(),
      onDrop: (event) => { event.preventDefault(); act("move", drag.id, item.id, event.dataTransfer.getData("text/plain")); },
    },
    h("input", { type: "checkbox", checked: item.done, onChange: () => act("toggle", item.id), "aria-label": "done" }),
    draft === null
      ? h("span", { class: "title", onDblClick: () => this.setState({ draft: item.title }) }, item.title)
      : h("input", {
        ref: (field) => field && !this.there && ((this.there = field), field.focus()), class: "edit", value: draft,
        onInput: (event) => this.setState({ draft: event.target.value }),
        onKeyDown: (event) => { if (/^(Enter|Escape)$/.test(event.key)) { this.there = null; this.end(event.key === "Enter"); } },
      }),
    h("button", { class: "remove", onClick: () => act("remove", item.id) }, "remove"));
  }
}

class App extends Component {
  state = { now: START, before: [], view: route(), title: "", filter: "all", notes: "", rich: "" };
  drag = { id: 0 };

  componentDidMount() {
    addEventListener("hashchange", () => { log(`route ${route()}`); this.setState({ view: route() }); });
  }

  act = (type, ...args) => {
    log([type, ...args].join(" "));
    this.setState(({ now, before }) => {
      if (type === "undo") return before.length ? { now: before.at(-1), before: before.slice(0, -1) } : {};
      return { now: CHANGES[type](now, ...args), before: [...before, now] };
    });
  };

  add = (event) => {
    event.preventDefault();
    const title = this.state.title.trim();
    if (title) this.act("add", title);
    this.setState({ title: "" });
  };

  render(_, { now, view, title, filter, notes, rich }) {
    const set = (name) => (event) => this.setState({ [name]: event.target.value ?? event.target.textContent });
    const tasks = () => [
      h("form", { id: "add", onSubmit: this.add }, h("input", { id: "new", value: title, onInput: set("title") }), h("button", null, "add")),
      h("select", { id: "filter", value: filter, onChange: set("filter") }, ["all", "open", "done"].map((name) => h("option", { value: name }, name))),
      h("button", { id: "undo", onClick: () => this.act("undo") }, "undo"),
      h("ul", { id: "items" }, shown(now.items, filter).map((item) => h(Task, { key: item.id, item, act: this.act, drag: this.drag }))),
      h("output", { id: "status" }, status(now.items)),
    ];
    const paper = () => [
      h("textarea", { id: "notes", value: notes, onInput: set("notes") }),
      h("div", { id: "rich", contentEditable: true, onInput: set("rich") }),
      h("output", { id: "count" }, `${notes.length} and ${rich.length}`),
    ];
    return h("main", null,
      h("nav", null, h("a", { href: "#/tasks" }, "tasks"), " ", h("a", { href: "#/notes" }, "notes")),
      view === "tasks" ? tasks() : paper());
  }
}

render(h(App), document.getElementById("app"));
