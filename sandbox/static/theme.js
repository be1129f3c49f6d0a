// Runs before the first paint, so that the page never flashes in the wrong colours.
(() => {
  const root = document.documentElement;
  const saved = localStorage.getItem("sandbox-theme");
  if (saved) root.dataset.theme = saved;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  window.sandboxTheme = {
    isDark,
    toggle() {
      root.dataset.theme = isDark() ? "light" : "dark";
      localStorage.setItem("sandbox-theme", root.dataset.theme);
    },
  };
})();
