// @ts-check
/**
 * What the browser knows of the page and the network, told to a connection at once.
 *
 *   attend(connection)   the network came back or went, the page came to the front or from the cache
 */

/** @param {import("./connection.js").Connection} connection */
export function attend(connection) {
  addEventListener("online", () => connection.hurry());
  addEventListener("offline", () => connection.lose());
  addEventListener("pageshow", (event) => {
    if (event.persisted) connection.lose();
    connection.hurry();
  });
  document.addEventListener("visibilitychange", () => {
    if (connection.around.isVisible()) connection.hurry();
    connection.beat();
  });
}
