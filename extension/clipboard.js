// Overwrites the clipboard in Chromium, in a document that nobody sees: see src/web/clipboard.rs.
document.addEventListener('copy', (event) => {
  event.clipboardData?.setData('text/plain', ' ');
  event.preventDefault();
});
document.execCommand('copy');
