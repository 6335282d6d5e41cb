// jQuery: the page itself is the state, with delegated listeners.
import $ from "jquery";
import { CHANGES, log, route, shown, START, status } from "./model.js";

let now = START;
const before = [];
let dragged = 0;
let filter = "all";

function act(type, ...args) {
  log([type, ...args].join(" "));
  if (type !== "undo") {
    before.push(now);
    now = CHANGES[type](now, ...args);
  } else if (before.length) now = before.pop();
  drawItems();
}

function drawItems() {
  const items = shown(now.items, filter).map(({ id, title, done }) => $("<li draggable=true>").data("id", id).toggleClass("done", done).append(
    $("<input type=checkbox aria-label=done>").prop("checked", done),
    $("<span class=title>").text(title),
    $("<button class=remove>").text("remove"),
  ));
  $("#items").empty().append(items);
  $("#status").text(status(now.items));
}

function draw() {
  const tasks = () => [
    $("<form id=add><input id=new><button>add</button></form>"),
    $("<select id=filter>").append(["all", "open", "done"].map((name) => $("<option>").val(name).text(name))).val(filter),
    $("<button id=undo>undo</button>"), $("<ul id=items>"), $("<output id=status>"),
  ];
  const paper = () => [$("<textarea id=notes>"), $("<div id=rich contenteditable=true>"), $("<output id=count>").text("0 and 0")];
  $("#app").html("<main><nav><a href='#/tasks'>tasks</a> <a href='#/notes'>notes</a></nav></main>").children().append(route() === "tasks" ? tasks() : paper());
  if (route() === "tasks") drawItems();
}

const idOf = (/** @type {any} */ element) => $(element).closest("li").data("id");
const titleOf = (/** @type {number} */ id) => now.items.find((item) => item.id === id)?.title ?? "";
$("#app")
  .on("submit", "#add", (event) => {
    event.preventDefault();
    const title = String($("#new").val()).trim();
    $("#new").val("");
    if (title) act("add", title);
  })
  .on("change", "#filter", ({ target }) => { filter = target.value; drawItems(); })
  .on("click", "#undo", () => act("undo"))
  .on("change", "#items [type=checkbox]", ({ target }) => act("toggle", idOf(target)))
  .on("click", ".remove", ({ target }) => act("remove", idOf(target)))
  .on("dblclick", ".title", ({ target }) => { $("<input class=edit>").val($(target).text()).replaceAll(target).trigger("focus"); })
  .on("keydown", ".edit", ({ key, target }) => {
    const id = idOf(target);
    if (key === "Enter" && target.value !== titleOf(id)) act("rename", id, target.value);
    else if (key === "Enter" || key === "Escape") drawItems();
  })
  .on("dragstart", "li", (event) => { dragged = idOf(event.target); event.originalEvent.dataTransfer.setData("text/plain", titleOf(dragged)); })
  .on("dragover", "li", (event) => event.preventDefault())
  .on("drop", "li", (event) => { event.preventDefault(); act("move", dragged, idOf(event.target), event.originalEvent.dataTransfer.getData("text/plain")); })
  .on("input", "#notes, #rich", () => $("#count").text(`${String($("#notes").val()).length} and ${$("#rich").text().length}`));
$(window).on("hashchange", () => { log(`route ${route()}`); draw(); });
draw();
