// The main job: a document comes in, is reviewed beside its source, becomes a programme, and stands on screen
// with its tasks, each with the sentence it came from. One story, told in order.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { followLinks, launch, logIn, look, root, startDemo, visitor } from "../harness.mjs";

// One of the sample documents, as if it had been issued once more under another number.
const text = await readFile(path.join(root, "samples", "vien-khoa-hoc-du-lieu-truong-son.txt"), "utf8");
const sample = {
  name: "ke-hoach-59.txt",
  mimeType: "text/plain",
  buffer: Buffer.from(text.replaceAll("58/QĐ-VTS", "59/QĐ-VTS")),
};
const looked = new Set();
let server, browser, who, password, programme, review;

before(async () => {
  server = await startDemo();
  browser = await launch();
  who = await visitor(browser, server.url);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("the demo names its log-ins, and one of them opens it", async () => {
  const { page } = who;
  await page.goto("/login");
  password = (await page.locator("tr", { hasText: "theodoi" }).locator("code").last().innerText()).trim();
  await look(who, "demo-login");
  await logIn(page, "theodoi", password);
  await page.locator(".counts__number").first().waitFor();
  await look(who, "dashboard");
});

const send = async (page, files, { declared = true } = {}) => {
  await page.goto("/intakes/new");
  await page.locator('input[name="owner"]').first().check();
  if (declared) await page.check('input[name="declared"]');
  await page.setInputFiles('input[name="files"]', files);
  await page.click('form[data-upload] .actions button[type="submit"], form[data-upload] .actions button:not([type])');
};

test("a document without the declaration is not taken", async () => {
  await send(who.page, [sample], { declared: false });
  await who.page.locator('input[name="declared"][aria-invalid="true"]').waitFor();
  await look(who, "upload-undeclared");
});

test("a document with a mark of secrecy is refused in words", async () => {
  const secret = "MẬT\n\nCƠ QUAN GIẢ ĐỊNH\nSố: 01/KH\n\nKẾ HOẠCH\n\n1. Văn phòng chủ trì xây dựng báo cáo trước ngày 01/01/2027.\n";
  await send(who.page, [{ name: "mat.txt", mimeType: "text/plain", buffer: Buffer.from(secret) }]);
  await who.page.getByText(/độ mật|bí mật/i).first().waitFor();
  await look(who, "upload-secret");
});

test("an uploaded document is read while one waits", async () => {
  await send(who.page, [sample]);
  await who.page.waitForURL(/\/intakes(\/[0-9a-f-]{36})?$/);
  if (who.page.url().endsWith("/intakes")) await who.page.locator("main tbody a").first().click();
  await who.page.locator("[data-review], #progress a").first().waitFor();
  if ((await who.page.locator("[data-review]").count()) === 0) await who.page.locator("#progress a").click();
  await who.page.locator("#items .item").first().waitFor();
  assert.ok((await who.page.locator("#items .item").count()) > 5);
  await look(who, "review");
});

test("items are accepted and dropped with the keyboard, beside their source", async () => {
  const { page } = who;
  const items = page.locator("#items .item");
  await page.keyboard.press("j");
  await page.locator("#items .item:focus").waitFor();
  const first = await page.locator("#items .item:focus").getAttribute("id");
  await page.locator("#source .passage--now").first().waitFor();
  await page.keyboard.press("a");
  await page.locator(`#${first}.item--accepted`).waitFor();
  const second = await page.locator("#items .item:focus").getAttribute("id");
  assert.notEqual(second, first, "the next item has the focus");
  await page.keyboard.press("d");
  await page.locator(`#${second}`).waitFor({ state: "detached" });
  review = new URL(page.url()).pathname;
  await page.goto(`${review}?show=dropped#${second}`);
  await page.locator(`#${second}`).focus();
  await page.keyboard.press("r");
  await page.locator(`#${second}`).waitFor({ state: "detached" });
  await page.goto(review);
  await page.locator(`#${second}.item--open`).waitFor();
  assert.equal(await page.locator(`#${first}.item--accepted`).count(), 1, "the decision was saved");
  await page.keyboard.press("?");
  await page.locator("dialog#keys[open]").waitFor();
  await page.keyboard.press("Escape");
  assert.ok((await items.count()) > 5);
});

test("the rest is accepted in bulk, and the plan becomes a programme", async () => {
  const { page } = who;
  await page.locator("#items [data-all] input").check();
  await page.locator('#items .toolbar button[value="accept"]').click();
  await page.waitForFunction(() => document.querySelectorAll("#items .item--open").length === 0);
  await page.locator('a[href$="/commit"]').first().click();
  await look(who, "commit");
  await page.locator('form[action$="/commit"] .actions button').click();
  await page.waitForURL(/\/programmes\/[0-9a-f-]{36}/);
  programme = new URL(page.url()).pathname;
  await look(who, "programme");
});

test("the same file twice is recognised", async () => {
  await send(who.page, [sample]);
  await who.page.getByText("Tệp này đã được tiếp nhận trước đó").first().waitFor();
});

test("filters live in the address", async () => {
  const { page } = who;
  await page.goto(`${programme}/tasks`);
  const all = await page.locator("main tbody tr").count();
  assert.ok(all > 3);
  await page.locator("details.filters summary").click();
  await page.fill('input[name="q"]', "kien truc du lieu");
  await page.locator("details.filters form .actions button").click();
  await page.waitForURL(/q=kien/);
  const found = await page.locator("main tbody tr").count();
  assert.ok(found >= 1 && found < all, `${found} of ${all}`);
  const address = page.url();
  const other = await who.context.newPage();
  await other.goto(address);
  assert.equal(await other.locator("main tbody tr").count(), found, "the same address shows the same list");
  await other.close();
});

test("a number of the first page leads to as many records", async () => {
  const { page } = who;
  await page.goto("/");
  const numbers = page.locator(".counts a");
  for (let at = 0; at < (await numbers.count()); at += 1) {
    const expected = Number((await numbers.nth(at).locator(".counts__number").innerText()).replaceAll(".", ""));
    if (expected === 0 || expected > 20) continue;
    await numbers.nth(at).click();
    assert.equal(await page.locator("main tbody tr").count(), expected, page.url());
    await page.goBack();
  }
});

test("a task shows the sentence that it came from", async () => {
  const { page } = who;
  await page.goto(`${programme}/tasks`);
  const link = page.locator("main tbody th a").first();
  const wording = (await link.innerText()).slice(0, 25);
  await link.click();
  const sentence = page.locator("blockquote.source").first();
  await sentence.waitFor();
  assert.ok((await sentence.innerText()).includes(wording), `${await sentence.innerText()} / ${wording}`);
  await look(who, "task");
});

test("units are found without diacritics", async () => {
  const { page } = who;
  await page.goto("/units?q=truong+son");
  await page.locator("#found a", { hasText: "Trường Sơn" }).first().waitFor();
  await look(who, "units-found");
});

test("every link leads somewhere, for the administrator", async () => {
  const administrator = await visitor(browser, server.url);
  await logIn(administrator.page, "quantri", password);
  const seen = await followLinks(administrator, "/", { name: "admin", looked });
  for (const kind of ["/tasks/{id}", "/units/{id}", "/documents/{id}", "/accounts/{id}", "/audit"]) {
    assert.ok(seen.includes(kind), `${kind} is not among ${seen.join(" ")}`);
  }
  await administrator.context.close();
});

test("an inspector reads everything and finds nothing to press", async () => {
  const inspector = await visitor(browser, server.url);
  await logIn(inspector.page, "thanhtra", password);
  const seen = await followLinks(inspector, "/", { name: "inspector", looked });
  const acts = seen.filter((kind) => /\/(new|edit|end|settle|import|rename|move|close|commit|discard)$/.test(kind));
  assert.deepEqual(acts, [], "links that only those who change things need");
  for (const address of ["/intakes/new", "/units/new", `${programme}/edit`, `${programme}/tasks/new`]) {
    const status = (await inspector.page.goto(address)).status();
    assert.ok([403, 404].includes(status), `${address} answers ${status}`);
  }
  await inspector.context.close();
});

test("the language is switched where one is", async () => {
  const { page } = who;
  await page.goto(`${programme}/tasks`);
  await page.click(".menu__summary");
  await page.click('button[name="lang"][value="en"]');
  await page.waitForFunction(() => document.documentElement.lang === "en");
  assert.equal(new URL(page.url()).pathname, `${programme}/tasks`);
  await look(who, "tasks-english");
});

test("repaired letters are shown as such, and the original is one key away", async () => {
  const { page } = who;
  const damaged = "K HOACH\n\nI. NHIEM VU\n\n1. Xây dng co s dü liêu hôi viên dùng chung cüa Hôi.\n- Thdi gian hoàn thành: 30/6/2027\n";
  await send(page, [{ name: "ban-quet.txt", mimeType: "text/plain", buffer: Buffer.from(damaged) }]);
  await page.locator("[data-review], #progress a").first().waitFor();
  if ((await page.locator("[data-review]").count()) === 0) await page.locator("#progress a").click();
  await page.locator("#source ins.repaired", { hasText: "dựng" }).waitFor();
  await look(who, "repaired");
  await page.keyboard.press("g");
  await page.locator("#source ins.repaired", { hasText: /^dng$/ }).waitFor();
  await page.locator("#items [data-original]", { hasText: "Xây dng co s" }).first().waitFor();
  await page.keyboard.press("g");
  await page.locator("#source ins.repaired", { hasText: "dựng" }).waitFor();
  assert.equal(await page.locator("#items [data-original]:visible").count(), 0);
});
