/* The page of a party: the name of a chosen photo, and where the phone is, when somebody asks for it. */
(() => {
  "use strict";

  for (const input of document.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      input.previousElementSibling.textContent = input.files[0]?.name || input.dataset.text;
    });
  }

  const button = document.querySelector("[data-locate]");
  if (!button) return;
  const { wait, done, fail } = button.dataset;

  function found({ coords }) {
    const form = button.closest("form");
    form.elements.longitude.value = coords.longitude.toFixed(6);
    form.elements.latitude.value = coords.latitude.toFixed(6);
    button.textContent = done.replace("{n}", Math.round(coords.accuracy));
    button.disabled = false;
  }

  function failed() {
    button.textContent = fail;
    button.disabled = false;
  }

  button.addEventListener("click", () => {
    if (!navigator.geolocation) return failed();
    button.textContent = wait;
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 15_000 });
  });
})();
