// What people write messages in, with the habits of the sites that have them: which key sends, what the button is, whether it is a
// form, what `@` does, how files become chips. What is sent is JSON, as these sites send it.
{
  const form = /** @type {HTMLFormElement} */ (document.getElementById("composer"));
  const { site = "", mark = "" } = form.dataset;
  /**
   * `key`: what sends; `button`: what the button is made of, or none; `submits`: whether the message is a form's.
   *
   * @type {Record<string, {key: "enter" | "ctrl-enter", button: string, submits?: boolean}>}
   */
  const sites = {
    chatgpt: { key: "enter", button: '<button type="submit" data-testid="send-button" aria-label="Send prompt"><svg width="20" height="20"><circle cx="10" cy="10" r="9"/></svg></button>', submits: true },
    claude: { key: "enter", button: '<button type="button" aria-label="Send message"><svg width="20" height="20"><path d="M2 10h16"/></svg></button>' },
    discord: { key: "enter", button: "" },
    slack: { key: "enter", button: '<div><button type="button" aria-label="Send now" data-qa="texty_send_button"><i>send</i></button></div>' },
    github: { key: "ctrl-enter", button: '<button type="submit">Comment</button>', submits: true },
    stackoverflow: { key: "ctrl-enter", button: '<button type="submit">Post Your Answer</button>', submits: true },
    jira: { key: "ctrl-enter", button: '<div role="button" tabindex="0" data-testid="comment-save-button"><span>Save</span></div>' },
  };
  const { key, button, submits } = /** @type {NonNullable<typeof sites[string]>} */ (sites[site]);
  const any = /** @type {any} */ (window);
  any.sent = 0;
  any.mentions = 0;
  const names = /** @type {HTMLElement} */ (document.getElementById("names"));
  const root = /** @type {HTMLElement} */ (document.getElementById("root"));
  const chips = /** @type {HTMLElement} */ (document.getElementById("chips"));

  const send = () => {
    any.sent += 1;
    const files = [...chips.children].map((chip) => chip.textContent);
    const message = { author: { role: "user" }, content: { parts: [any.field.text()] }, files, mark };
    void fetch(`/collect?mark=${mark}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(message) });
  };

  /** @type {HTMLElement} */ (document.getElementById("bar")).innerHTML = button;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  if (!submits) document.querySelector("#bar button, #bar [role=button]")?.addEventListener("click", send);

  root.addEventListener("keydown", (event) => {
    if (event.key === "@") names.hidden = false;
    else if (event.key === "Escape") names.hidden = true;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!names.hidden) {
      // Enter takes the name that is offered, and sends nothing.
      names.hidden = true;
      any.mentions += 1;
    } else if ((key === "ctrl-enter") !== event.ctrlKey) return;
    else if (submits) form.requestSubmit();
    else send();
    event.preventDefault();
    event.stopPropagation();
  }, true);

  root.addEventListener("paste", (event) => {
    for (const file of event.clipboardData?.files ?? []) {
      const chip = document.createElement("li");
      chip.textContent = file.name;
      chips.append(chip);
    }
  }, true);
}
