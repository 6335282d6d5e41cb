// Enter sends, Shift+Enter begins a line.
{
  const log = /** @type {HTMLElement} */ (document.getElementById("log"));
  const { field } = /** @type {any} */ (window);
  const send = () => {
    const text = field.text().trim();
    if (!text) return;
    const item = document.createElement("li");
    item.className = "own";
    item.textContent = text;
    log.append(item);
    field.clear();
  };
  field.element.setAttribute("aria-label", "Message");
  document.getElementById("root")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    send();
  }, true);
  document.getElementById("send")?.addEventListener("click", send);
}
