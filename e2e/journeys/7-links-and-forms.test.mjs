// Every link leads somewhere for who sees it; Enter does in a form what one expects; a task is split where
// words are marked, or at a line break.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { launch, logIn, look, startDemo, visitor } from "../harness.mjs";

const PASSWORD = "song-lam-xanh-2026";
let demo;
let browser;
before(async () => {
  demo = await startDemo();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** An address with its ids and values left out: pages of one kind are looked at a few times only. */
const kind = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID").replace(/=[^&]*/g, "=");

for (const login of ["quantri", "thanhtra", "lanhdao", "theodoi"]) {
  test(`every link that ${login} sees answers, and leads to a place on its page`, async () => {
    const { context, page } = await visitor(browser, demo.url);
    await logIn(page, login, PASSWORD);
    const wrong = [];
    const seen = new Set();
    const counts = new Map();
    const queue = [["/", "/"]];
    while (queue.length > 0) {
      const [path, from] = queue.shift();
      const of = kind(path);
      if (seen.has(path) || (counts.get(of) ?? 0) >= 2) continue;
      seen.add(path);
      counts.set(of, (counts.get(of) ?? 0) + 1);
      const answer = await context.request.get(path, { maxRedirects: 5 });
      if (answer.status() !== 200) wrong.push(`${answer.status()} ${path} (on ${from})`);
      if (!answer.headers()["content-type"]?.includes("text/html")) continue;
      const text = await answer.text();
      const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
      for (const [, raw] of text.matchAll(/ (?:href|src|hx-get)="([^"]+)"/g)) {
        const at = new URL(raw.replaceAll("&amp;", "&").replaceAll("&#38;", "&"), demo.url + path);
        if (raw.startsWith("#") && !ids.has(raw.slice(1))) wrong.push(`${raw} is nowhere on ${path}`);
        if (at.origin !== demo.url) wrong.push(`${raw} on ${path} leads out of the house`);
        else queue.push([at.pathname + at.search, path]);
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(seen.size > 100, `only ${seen.size} pages were found`);
    await context.close();
  });
}

test("Enter sends the form one is in; in a picker it looks", async () => {
  const who = await visitor(browser, demo.url);
  const { page } = who;
  await logIn(page, "quantri", PASSWORD);
  await page.goto("/accounts/new");
  await page.locator('main input[name="name"]').fill("Nguyễn Thị Thử");
  await page.locator('main input[name="name"]').press("Enter");
  await page.locator(".errors").waitFor();
  assert.match(await page.locator(".errors").innerText(), /Chọn một đơn vị/, "the form was sent, and misses a unit");
  await page.locator('main input[name="unit_q"]').fill("hoi tri thuc");
  await page.locator('main input[name="unit_q"]').press("Enter");
  await page.locator("#f-unit-found input[type=radio]").first().waitFor();
  assert.equal(await page.locator('main input[name="name"]').inputValue(), "Nguyễn Thị Thử");
  await who.context.close();
});

/** The address of the demo's document that waits for review. */
async function underReview(page) {
  await page.goto("/intakes");
  for (const path of await page.$$eval("main tbody a", (links) => links.map((link) => link.getAttribute("href")))) {
    await page.goto(path);
    if ((await page.locator("#items .toolbar").count()) > 0) return path;
  }
  throw new Error("nothing waits for review");
}

test("words marked in the source begin the second part of a task", async () => {
  const who = await visitor(browser, demo.url);
  const { page } = who;
  await logIn(page, "theodoi", PASSWORD);
  await underReview(page);
  const count = await page.locator("#items .item").count();
  const marked = await page.evaluate(() => {
    const passages = [...document.querySelectorAll("#source [data-to]")];
    const splits = (passage) => document.getElementById(passage.dataset.to.split("#")[1])?.querySelector('[data-key="s"]');
    const words = passages.find((passage) => splits(passage) && passage.textContent.length > 90).firstChild;
    const range = document.createRange();
    const from = words.textContent.indexOf(" ", 45) + 1;
    range.setStart(words, from);
    range.setEnd(words, from + 20);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return range.toString();
  });
  await page.keyboard.press("s");
  await page.waitForURL(/\/split\?second=/);
  const [, second] = (await page.locator('textarea[name="wording"]').inputValue()).split("\n");
  const even = (text) => text.replace(/\s+/g, "");
  assert.ok(even(second).startsWith(even(marked)), `${second} begins with ${marked}`);
  await look(who, "7-split");
  await page.locator("main form .actions button").click();
  await page.waitForURL(/\/intakes\/[^/]+#item-/);
  assert.equal(await page.locator("#items .item").count(), count + 1);
  await look(who, "7-review");
  await who.context.close();
});

test("a task is split at a line break without JavaScript", async () => {
  const context = await browser.newContext({ baseURL: demo.url, javaScriptEnabled: false, locale: "vi-VN" });
  const page = await context.newPage();
  await logIn(page, "theodoi", PASSWORD);
  const path = await underReview(page);
  const count = await page.locator("#items .item").count();
  await page.goto(path);
  await page.locator('#items a[data-key="s"]').nth(1).click();
  const box = page.locator('textarea[name="wording"]');
  const wording = await box.inputValue();
  const middle = wording.indexOf(" ", wording.length / 2);
  await box.fill(`${wording.slice(0, middle)} khác hẳn\n${wording.slice(middle)}`);
  await page.locator("main form .actions button").click();
  assert.match(await page.locator(".errors").innerText(), /giữ nguyên chữ/);
  await box.fill(`${wording.slice(0, middle)}\n${wording.slice(middle)}`);
  await page.locator("main form .actions button").click();
  await page.waitForURL(/\/intakes\/[^/]+#item-/);
  assert.equal(await page.locator("#items .item").count(), count + 1);
  await context.close();
});
