// SPDX-License-Identifier: MIT
// Looking at pages.
import {mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {launch} from './scene.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = process.env.SCREENSHOTS ?? '../screenshots';

export class Browser {
    /** What the page said on its console and should not have. */
    complaints = [];

    static async begin() {
        const browser = new Browser();
        browser.profile = mkdtempSync(join(tmpdir(), 'packwire-chromium-'));
        browser.context = await launch(browser.profile);
        browser.context.setDefaultTimeout(45_000);
        return browser;
    }

    async page(url, {width = 1280, height = 900, scheme = 'light'} = {}) {
        const page = await this.context.newPage();
        await page.setViewportSize({width, height});
        await page.emulateMedia({colorScheme: scheme});
        page.on('console', (message) => {
            if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
        });
        page.on('pageerror', (error) => this.complaints.push(error.stack ?? error.message));
        await page.goto(url);
        return page;
    }

    async close() {
        await this.context.close();
        rmSync(this.profile, {recursive: true, force: true});
    }
}

export async function picture(page, name) {
    mkdirSync(pictures, {recursive: true});
    await page.screenshot({path: join(pictures, `${name}.png`), fullPage: true});
}

/** What an element says but for the parts in it that `selector` names: a clock before noon ends as amperes do ("55 AM"), a random path may ("348A/line"). */
export function textWithout(locator, selector) {
    return locator.evaluate((element, parts) => {
        const copy = element.cloneNode(true);
        for (const part of copy.querySelectorAll(parts)) part.replaceWith(' ');
        return copy.textContent;
    }, selector);
}

/** How many different colours a canvas has: an empty one has one. */
export function coloursOf(page, selector) {
    return page.locator(selector).first().evaluate((canvas) => {
        const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const found = new Set();
        for (let i = 0; i < data.length; i += 4) found.add(`${data[i]} ${data[i + 1]} ${data[i + 2]} ${data[i + 3] >> 5}`);
        return found.size;
    });
}

/** What axe finds of weight: "serious" and "critical". Evaluated, not added as a script: the page's CSP forbids that, rightly. */
export async function seriousProblems(page) {
    await page.evaluate(axeSource);
    const {violations} = await page.evaluate(() => window.axe.run(document, {resultTypes: ['violations']}));
    return violations
        .filter(({impact}) => impact === 'serious' || impact === 'critical')
        .map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(({target, failureSummary}) => `${target} ${failureSummary}`).join(' | ')}`);
}
