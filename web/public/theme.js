// SPDX-License-Identifier: MIT
// Before the first paint, so that a page that was set to dark never flashes white. A file, because the CSP allows no inline script.
try {
    var theme = localStorage.getItem('packwire.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch (refused) {
    // Storage that is switched off leaves the system's choice.
}
