//! Every statement of the store prepares on the engine of this run.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use testkit::engine::fresh_db;
use testkit::statements::prepare_all;

#[tokio::test]
async fn every_statement_prepares() {
    let test = fresh_db().await;
    let (prepared, failures) = prepare_all(&test.db).await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(prepared >= 20, "only {prepared} statements are registered");
}
