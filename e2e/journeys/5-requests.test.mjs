// A unit asks for more time and gets it; a leader asks why and is answered. Each by another person.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logIn, look, startDemo, visitor } from "../harness.mjs";

let server, browser, password, task, extension, question;
const people = {};

before(async () => {
  server = await startDemo();
  browser = await launch();
  const guest = await visitor(browser, server.url);
  await guest.page.goto("/login");
  password = (await guest.page.locator("tr", { hasText: "theodoi" }).locator("code").last().innerText()).trim();
  for (const login of ["theodoi", "lanhdao", "quantri"]) {
    people[login] = await visitor(browser, server.url);
    await logIn(people[login].page, login, password);
  }
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A day from now on as people type it. */
const inDays = (days) => {
  const day = new Date(Date.now() + days * 86_400_000);
  return `${String(day.getDate()).padStart(2, "0")}/${String(day.getMonth() + 1).padStart(2, "0")}/${day.getFullYear()}`;
};

/** A dated task about which nothing was asked yet, as the leader sees it. */
const findTask = async (page) => {
  await page.goto("/tasks?sort=due");
  const links = await page.locator("main tbody th a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  for (const href of links) {
    await page.goto(href);
    if ((await page.locator("#requests table").count()) > 0) continue;
    if ((await page.locator('#requests a[href$="kind=explanation"]').count()) === 1) return href;
  }
  throw new Error("no task without a request");
};

test("an officer asks for more time on behalf of the lead unit", async () => {
  task = await findTask(people.lanhdao.page);
  const { page } = people.theodoi;
  await page.goto(task);
  await look(people.theodoi, "task-requests");
  await page.locator('#requests a[href$="/requests/new"]').click();
  await look(people.theodoi, "request-kinds");
  await page.check('input[name="kind"][value="extension"]');
  await page.locator("main form .actions button").click();
  await page.fill('textarea[name="text"]', "Chờ ý kiến thẩm định của hai bộ.");
  await page.locator("main form .actions button").click();
  await page.locator('input[name="due"][aria-invalid="true"]').waitFor();
  assert.match(await page.inputValue('textarea[name="text"]'), /thẩm định/, "what was typed stays");
  await look(people.theodoi, "request-without-day");
  const current = (await page.locator(".facts dd").first().innerText()).slice(0, 10);
  const [day, month, year] = current.split("/").map(Number);
  const wanted = new Date(Date.UTC(year, month - 1, day + 20));
  const typed = `${String(wanted.getUTCDate()).padStart(2, "0")}/${String(wanted.getUTCMonth() + 1).padStart(2, "0")}/${wanted.getUTCFullYear()}`;
  await page.fill('input[name="due"]', typed);
  await page.setInputFiles('input[name="files"]', {
    name: "công văn.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.from("%PDF-1.7\n%%EOF\n"),
  });
  await page.locator("main form .actions button").click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  extension = { href: new URL(page.url()).pathname, current, typed };
  await page.locator("a[download]", { hasText: "công văn.pdf" }).waitFor();
  assert.equal(await page.locator('form[action$="/decide"]').count(), 0, "who asked does not decide");
  await look(people.theodoi, "request-sent");
});

test("somebody else grants it, and both deadlines stand side by side", async () => {
  const { page } = people.quantri;
  await page.goto(extension.href);
  await look(people.quantri, "request-to-decide");
  await page.check('input[name="decision"][value="accept"]');
  await page.fill('textarea[name="reason"]', "Nhất trí, không lùi thêm.");
  await page.locator('form[action$="/decide"] .actions button').click();
  await page.getByText("Đã chấp thuận").first().waitFor();
  await look(people.quantri, "request-granted");
  await page.goto(task);
  const time = await page.locator(".facts__row").first().innerText();
  assert.ok(time.includes(extension.typed), `${time} names ${extension.typed}`);
  assert.ok(time.includes(extension.current), `${time} names ${extension.current}`);
});

test("a leader asks why, and the unit answers", async () => {
  const { page } = people.lanhdao;
  await page.goto(task);
  await page.locator('#requests a[href$="kind=explanation"]').click();
  await page.fill('textarea[name="text"]', "Vì sao phải lùi thời hạn?");
  await page.fill('input[name="answer_by"]', inDays(5));
  await look(people.lanhdao, "question");
  await page.locator("main form .actions button").click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  question = new URL(page.url()).pathname;

  const unit = people.theodoi.page;
  await unit.goto(question);
  await unit.fill('form[action$="/answer"] textarea[name="text"]', "Hai bộ xin thêm thời gian thẩm định.");
  await unit.locator('form[action$="/answer"] .actions button').click();
  await unit.getByText("Đã trả lời").first().waitFor();
  await look(people.theodoi, "question-answered");

  await page.goto(question);
  await page.fill('textarea[name="result"]', "Đã rõ.");
  await page.locator('form[action$="/close"] .actions button').click();
  await page.getByText("Đã kết thúc").first().waitFor();
});

test("everything stands in one list, and on the first page in numbers", async () => {
  const { page } = people.lanhdao;
  await page.goto("/requests");
  await look(people.lanhdao, "requests");
  const all = await page.locator("main tbody tr").count();
  assert.ok(all >= 4, `${all} rows`);
  await page.goto("/requests?class=explanation");
  assert.ok((await page.locator("main tbody tr").count()) < all);
  await page.goto("/");
  await page.locator('a[href^="/requests?class="]').first().waitFor();
  await look(people.lanhdao, "dashboard-requests");
});

test("an officer's papers: the letter, the reminder, the tracking table, the month, the holidays", async () => {
  const { page, context } = people.theodoi;
  await page.goto("/tasks?light=red");
  if ((await page.locator('main input[name="task"]').count()) === 0) await page.goto("/tasks");
  for (const box of (await page.locator('main input[name="task"]').all()).slice(0, 3)) await box.check();
  await page.locator('button[formaction="/tasks/letter"]').click();
  await page.waitForURL(/\/tasks\/letter\?/);
  assert.match(await page.locator("#f-message").inputValue(), /^Nhắc việc/);
  await look(people.theodoi, "letter");
  const form = await page.locator('form[action="/tasks/letter.docx"]').evaluate((f) => new URLSearchParams(new FormData(f)).toString());
  const letter = await context.request.get(`/tasks/letter.docx?${form}`);
  assert.equal(letter.status(), 200);
  assert.equal((await letter.body()).subarray(0, 2).toString(), "PK");
  for (const [address, name] of [["/tasks/tracking", "tracking"], ["/calendar", "month"], ["/holidays", "holidays"]]) {
    await page.goto(address);
    await look(people.theodoi, name);
  }
  await page.goto("/calendar");
  await page.locator('form[action="/account/calendar"] button').click();
  const address = await page.locator("[data-address]").innerText();
  const feed = await context.request.get(address);
  assert.match(await feed.text(), /^BEGIN:VCALENDAR\r\n[\s\S]*BEGIN:VEVENT/);
});
