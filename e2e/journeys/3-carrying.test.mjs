// Carrying out: a unit receives a task, reports with evidence, its leader returns the report with a reason, it is
// corrected and confirmed at both levels, and the light says so. One story, told in order.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logIn, look, startDemo, visitor } from "../harness.mjs";

const day = (days) => {
  const at = new Date(Date.now() + days * 86_400_000);
  return new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric" }).format(at);
};
const pdf = { name: "bao-cao.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 tài liệu giả định") };
const program = { name: "bao-cao.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ\u0090\u0000 chương trình đổi tên") };
let server, browser, password, reporter, approver, leader, officer, task, form, update;

before(async () => {
  server = await startDemo();
  browser = await launch();
  [reporter, approver, leader, officer] = await Promise.all([1, 2, 3, 4].map(() => visitor(browser, server.url)));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const send = (page, what) => page.click(`form[data-draft] .actions button[value="${what}"]`);

test("the unit sees what it has not received, and receives it", async () => {
  const { page } = reporter;
  await page.goto("/login");
  password = (await page.locator("tr", { hasText: "canbo" }).locator("code").last().innerText()).trim();
  await logIn(page, "canbo", password);
  await page.goto("/duties?view=unreceived");
  await look(reporter, "work-unreceived");
  task = await page.locator("tbody th a").first().getAttribute("href");
  await page.click('form[action="/duties/receive"] .actions button');
  await page.waitForURL("**/duties?view=open");
  await look(reporter, "work");
});

test("the tasks go out as a workbook; a program in its name is refused, and what nobody filled in changes nothing", async () => {
  const { page, context } = reporter;
  const form = await context.request.get(await page.locator('a[href^="/duties.xlsx"]').getAttribute("href"));
  assert.equal(form.status(), 200);
  await page.click('a[href="/duties/upload"]');
  await look(reporter, "workbook");
  const back = async (buffer) => {
    await page.setInputFiles('input[name="file"]', { name: "cap-nhat.xlsx", mimeType: "application/octet-stream", buffer });
    await page.click('form[action="/duties/upload"] .actions button');
  };
  await back(Buffer.from("MZ\u0090\u0000 chương trình đổi tên"));
  await page.getByText("là chương trình chạy được").first().waitFor();
  await back(await form.body());
  await page.getByText("chưa có dòng nào được điền thêm").waitFor();
  await look(reporter, "workbook-preview");
});

test("the officer who follows settles its deadline", async () => {
  const { page } = officer;
  await logIn(page, "theodoi", password);
  await page.goto(`/tasks/settle?act=due&task=${task.split("/").pop()}`);
  await page.fill('input[name="due"]', day(20));
  await page.locator("main form[method=post] .actions button").first().click();
  await page.waitForURL("**/tasks");
});

test("what cannot be read is named, and nothing typed is lost", async () => {
  const { page } = reporter;
  await page.goto(task);
  form = await page.locator('a[href*="/update?"]').first().getAttribute("href");
  await page.goto(form);
  await page.fill('[name="body"]', "Đã phát hành hai số bản tin.");
  await page.check('input[name="kind"][value="done"]');
  await page.fill('[name="completed_on"]', "31/02/2026");
  await page.setInputFiles('[name="files"]', program);
  await send(page, "submit");
  await page.locator(".errors li").nth(1).waitFor();
  assert.equal(await page.inputValue('[name="body"]'), "Đã phát hành hai số bản tin.");
  await look(reporter, "update-refused");
});

test("the report is submitted with evidence", async () => {
  const { page } = reporter;
  await page.fill('[name="completed_on"]', day(0));
  await page.fill('[name="product"]', "Bản tin số 1 và số 2");
  await page.setInputFiles('[name="files"]', pdf);
  await send(page, "submit");
  await page.waitForURL("**/updates/**");
  update = new URL(page.url()).pathname;
  await look(reporter, "update-submitted");
});

test("the leader of the unit returns it with a reason", async () => {
  const { page } = approver;
  await logIn(page, "truongban", password);
  await page.goto("/duties/confirm");
  await look(approver, "confirm-list");
  await page.goto(update);
  await page.click('button[value="return"]');
  await page.locator(".errors").waitFor();
  await page.fill('[name="reason"]', "Chưa nêu số lượt xem.");
  await page.click('button[value="return"]');
  await page.getByText("Chưa nêu số lượt xem.").first().waitFor();
  await look(approver, "update-returned");
});

test("the report is corrected from its own words and confirmed at both levels", async () => {
  const { page } = reporter;
  await page.goto(update);
  await page.click('form[action$="/correct"] button');
  await page.waitForURL("**/update?**");
  assert.equal(await page.inputValue('[name="product"]'), "Bản tin số 1 và số 2");
  await page.fill('[name="result"]', "1.250 lượt xem.");
  await send(page, "submit");
  await page.waitForURL("**/updates/**");
  update = new URL(page.url()).pathname;
  await logIn(leader.page, "lanhdao", password);
  for (const who of [approver, leader]) {
    await who.page.goto(update);
    await who.page.click('button[value="confirm"]');
    await who.page.locator('button[value="confirm"]').waitFor({ state: "detached" });
  }
  await leader.page.goto(task);
  const light = await leader.page.locator("main .light").first().innerText();
  assert.equal(light.trim(), "Hoàn thành đúng hạn");
  await look(leader, "task-done");
});
