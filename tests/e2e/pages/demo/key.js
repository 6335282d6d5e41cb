// Makes up a key of DeepSeek's shape, a new one each time, and copies it as a person would.
{
  const button = document.getElementById("copy");
  const say = /** @type {HTMLElement} */ (document.getElementById("copied"));
  button?.addEventListener("click", async () => {
    const digits = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const key = ["sk", digits].join("-");
    try {
      await navigator.clipboard.writeText(key);
      say.textContent = "Copied. Now paste it somewhere.";
    } catch {
      say.textContent = "The browser did not let the page copy.";
    }
  });
}
