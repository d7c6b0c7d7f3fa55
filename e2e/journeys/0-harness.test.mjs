// The harness must find faults, or the journeys below it prove nothing.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { launch, look, visitor } from "../harness.mjs";

const pages = {
  "/good": `<p>Được</p>`,
  "/unlabelled": `<form><input name="x"></form>`,
  "/script": `<script>1</script>`,
  "/wide": `<pre>${"x".repeat(400)}</pre>`,
};
let server, browser, url;

before(async () => {
  server = createServer((request, response) => {
    const body = pages[request.url] ?? "";
    response.writeHead(body ? 200 : 500, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'self'",
    });
    response.end(`<!doctype html><html lang="vi"><title>Thử</title><main><h1>Thử</h1>${body}</main></html>`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

const faults = async (address) => {
  const who = await visitor(browser, url);
  await who.page.goto(address);
  who.problems = who.problems.filter((problem) => !problem.includes("favicon"));
  const found = await look(who, `harness${address.replace("/", "-")}`).then(() => "", (error) => error.message);
  await who.context.close();
  return found;
};

test("a sound page passes", async () => assert.equal(await faults("/good"), ""));
test("a field without a label is found", async () => assert.match(await faults("/unlabelled"), /label/));
test("a break of the content security policy is found", async () => assert.match(await faults("/script"), /Content Security Policy/));
test("a page wider than a phone is found", async () => assert.match(await faults("/wide"), /phone: the page is \d+ px wider/));
test("an answer of 500 is found", async () => assert.match(await faults("/broken"), /500/));
