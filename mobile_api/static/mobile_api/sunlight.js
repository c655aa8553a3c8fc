// Maximum contrast, kept on this phone.

const button = document.getElementById("sunlight");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const on = document.body.classList.toggle("sun");
    button.setAttribute("aria-pressed", String(on));
    document.cookie = `sunlight=${on ? 1 : 0}; path=/tech/; max-age=31536000; samesite=lax`;
  });
}
