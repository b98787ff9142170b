//! What was learnt of companies, each as one row that is replaced as a whole. To the store it is a
//! value like any other; one that an earlier release learnt in another form is not read, but
//! learnt again.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::change::{Change, Commit, Primary};
use super::codec::{self, Kind};
use super::{Store, StoreError, key};
use crate::customer::Namespace;

/// The form in which models are kept.
const VERSION: u8 = 1;

/// Under which key stands which version of the judgement all customers have. No company is called
/// so, as there is no slash in it.
const JUDGED_BY: &[u8] = b"judged-by";

impl Store {
    /// The version of the judgement that every customer was noted to have, at least; 0 for none.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn judged_by(&self) -> Result<u32, StoreError> {
        match self.engine.trees()?.get(Primary::Model.tree(), JUDGED_BY)? {
            Some(value) => codec::decode_only(Kind::Model, VERSION, &value),
            None => Ok(0),
        }
    }

    /// Notes that every customer has that version of the judgement.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn note_judged_by(&self, version: u32, at: Timestamp) -> Result<(), StoreError> {
        let value = Some(codec::encode(Kind::Model, VERSION, &version)?);
        self.put(JUDGED_BY.to_vec(), value, at).await
    }

    /// Every model that is kept, with its company.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn models<M: DeserializeOwned>(&self) -> Result<Vec<(Namespace, M)>, StoreError> {
        let mut models = Vec::new();
        for row in self.engine.trees()?.rows(Primary::Model.tree()) {
            let (key, value) = row?;
            if *key == *JUDGED_BY {
                continue;
            }
            match codec::decode_only(Kind::Model, VERSION, &value) {
                Ok(model) => models.push((key::namespace(&key)?, model)),
                Err(error) => tracing::info!(%error, "a model will be learnt again"),
            }
        }
        Ok(models)
    }

    /// Keeps the model of a company, or forgets it.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn keep_model<M: Serialize>(
        &self,
        namespace: &Namespace,
        model: Option<&M>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let value = model.map(|model| codec::encode(Kind::Model, VERSION, model)).transpose()?;
        self.put(namespace.prefix().as_bytes().to_vec(), value, at).await
    }

    async fn put(
        &self,
        key: Vec<u8>,
        value: Option<Vec<u8>>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let changes = vec![Change { tree: Primary::Model, key, value, at }];
        self.engine.commit_in_turn(Commit { conditions: Vec::new(), changes }).await
    }
}
