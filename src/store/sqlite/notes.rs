//! Single values by name, as text.

use rusqlite::{Connection, OptionalExtension as _};

use super::super::StoreError;

pub fn get(db: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    let mut query = db.prepare_cached("SELECT value FROM notes WHERE key = ?1")?;
    Ok(query.query_row([name], |row| row.get(0)).optional()?)
}

pub fn set(db: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    db.prepare_cached("INSERT OR REPLACE INTO notes (key, value) VALUES (?1, ?2)")?.execute([name, value])?;
    Ok(())
}
