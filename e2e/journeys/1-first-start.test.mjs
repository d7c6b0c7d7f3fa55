// A new installation: the first administrator logs in, changes the language, makes an account; its owner
// must choose a password of his own, and everything stands in the audit trail.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logIn, look, startInstallation, visitor } from "../harness.mjs";

const admin = { login: "quan.tri", name: "Nguyễn Thị Giả Định", password: "một câu dài dễ nhớ" };
const officer = { login: "can.bo", name: "Trần Văn Tưởng Tượng", password: "mật khẩu tạm thời" };
let server, browser, who;

before(async () => {
  server = await startInstallation({ organisation: "Cơ quan giả định", ...admin });
  browser = await launch();
  who = await visitor(browser, server.url);
});

after(async () => {
  await browser?.close();
  if (server) assert.equal(await server.stop(), 0, "a server that is asked to stop ends well");
});

test("whoever is not logged in is led to the log-in and back", async () => {
  await who.page.goto("/accounts");
  assert.equal(new URL(who.page.url()).pathname, "/login");
  await look(who, "login");
});

test("a wrong password keeps the name and says what to do", async () => {
  const { page } = who;
  await page.goto("/login");
  await page.fill('input[name="login"]', admin.login);
  await page.fill('input[name="password"]', "sai mật khẩu");
  await page.click('form[action="/login"] button');
  await page.getByText("Tên đăng nhập hoặc mật khẩu không đúng").first().waitFor();
  assert.equal(await page.inputValue('input[name="login"]'), admin.login);
  await look(who, "login-refused");
});

test("the administrator sees accounts, the trail and his own page", async () => {
  await logIn(who.page, admin.login, admin.password);
  for (const address of ["/accounts", "/accounts/new", "/account", "/account/password", "/audit"]) {
    const response = await who.page.goto(address);
    assert.equal(response.status(), 200, address);
    await look(who, `first-start${address.replaceAll("/", "-")}`);
  }
});

test("an account is made; what is missing is asked for and what was typed stays", async () => {
  const { page } = who;
  await page.goto("/accounts/new");
  await page.fill('input[name="name"]', officer.name);
  await page.fill('input[name="login"]', officer.login);
  await page.fill('input[name="password"]', officer.password);
  await page.check('input[name="role"][value="planner"]');
  await page.click('form[action="/accounts/new"] .actions button');
  await page.locator('fieldset.picker[aria-invalid="true"]').waitFor();
  assert.equal(await page.inputValue('input[name="name"]'), officer.name);
  await look(who, "account-refused");
  await page.locator('input[name="unit"]').first().check();
  await page.fill('input[name="password"]', officer.password);
  await page.click('form[action="/accounts/new"] .actions button');
  await page.getByRole("heading", { level: 1, name: officer.name }).waitFor();
  await look(who, "account");
});

test("its owner chooses a password of his own before anything else", async () => {
  const his = await visitor(browser, server.url);
  await logIn(his.page, officer.login, officer.password);
  await his.page.goto("/account");
  assert.equal(new URL(his.page.url()).pathname, "/account/password");
  await look(his, "password-of-his-own");
  await his.page.fill('input[name="current"]', officer.password);
  await his.page.fill('input[name="password"]', "một câu dài khác hẳn");
  await his.page.fill('input[name="again"]', "một câu dài khác hẳn");
  await his.page.click('form[action="/account/password"] .actions button');
  await his.page.getByText("Đã đổi mật khẩu").waitFor();
  assert.equal((await his.page.goto("/accounts/new")).status(), 404, "who may not administer does not see the page");
  await his.context.close();
});

test("the language is switched and stays", async () => {
  const { page } = who;
  await page.goto("/accounts");
  await page.click(".menu__summary");
  await page.click('button[name="lang"][value="en"]');
  await page.waitForFunction(() => document.documentElement.lang === "en");
  await look(who, "accounts-english");
  await page.goto("/audit");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
});

test("logging out ends the session", async () => {
  const { page } = who;
  await page.click(".menu__summary");
  await page.click('form[action="/logout"] button');
  await page.waitForURL("**/login");
  await page.goto("/accounts");
  assert.equal(new URL(page.url()).pathname, "/login");
});
