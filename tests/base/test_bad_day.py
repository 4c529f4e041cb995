"""A database that is away is said plainly everywhere, and the site lives on."""

from __future__ import annotations

from pathlib import Path

from tests.site import running_site


async def test_a_database_that_is_down_turns_readyz_red_and_calls_into_503(
    tmp_path: Path,
) -> None:
    away = f"sqlite:///{tmp_path}/no/such/folder/daigang.sqlite3"
    async with running_site(tmp_path, database_url=away) as site, site.client() as api:
        ready = await api.get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (503, False)
        for path in ("/api/jobs", "/api/rooms/x/snapshot", "/api/fairs"):
            answer = await api.get(path, headers={"Authorization": "Bearer x"})
            assert (answer.status_code, answer.json()["code"]) == (503, "database-away"), path
            assert answer.headers["retry-after"]
        page = await api.get("/", headers={"Accept": "text/html", "Accept-Language": "en"})
        assert page.status_code == 503
        assert "does not answer" in page.text
        assert (await api.get("/healthz")).status_code == 200
