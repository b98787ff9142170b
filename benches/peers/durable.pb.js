// Makes PocketBase answer a write only once it is on the disk, as smart-customer always does. By default its
// SQLite runs with synchronous=NORMAL, which in WAL mode syncs at checkpoints only: a power cut takes what was
// answered since. All writes go over one connection; the setting is that connection's, which may be opened anew
// after minutes without writes, so the bench sends this before a measurement, and looks at the value after it.
routerAdd("POST", "/peers/durable", (e) => {
  e.app.nonconcurrentDB().newQuery("PRAGMA synchronous = FULL").execute()
  return e.noContent(204)
})

routerAdd("GET", "/peers/durable", (e) => {
  const row = new DynamicModel({ synchronous: -1 })
  e.app.nonconcurrentDB().newQuery("PRAGMA synchronous").one(row)
  return e.json(200, { synchronous: row.synchronous })
})
