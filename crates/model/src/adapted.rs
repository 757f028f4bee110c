//! Copies of models with the user's own adapter merged into them: where they lie, when they are made, when they go. Never
//! changes the model itself, and never leaves half a copy under the final name.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, at};
use crate::gguf;
use crate::installed::{Resolved, hex, sha256_of};

/// The only architecture whose weights an adapter can be merged into here.
const ARCHITECTURE: &str = "llama";

/// An adapter, and the copy of a model that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapted {
    /// The safetensors file.
    pub adapter: PathBuf,
    /// The GGUF file that the model's process makes where it is not there; its name tells both the model and the adapter.
    pub copy: PathBuf,
}

impl Resolved {
    /// The same model with the user's adapter. The model's process merges it into a copy in the folder `copies` when it is
    /// first started, and later takes that copy.
    ///
    /// # Errors
    /// [`Error::AdapterArchitecture`], those of [`gguf::read`], and [`Error::Io`] for an adapter that cannot be read.
    pub fn with_adapter(self, adapter: &Path, copies: &Path) -> Result<Self, Error> {
        let architecture = gguf::read(&self.path)?.architecture;
        if architecture != ARCHITECTURE {
            return Err(Error::AdapterArchitecture { title: self.title, architecture });
        }
        let name = adapter.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let id = format!("{}+{}", self.id, &sha256_of(adapter).map_err(at(adapter))?[..16]);
        // An id holds characters that no file's name may have everywhere.
        let copy = copies.join(format!("{}.gguf", &hex(&Sha256::digest(&id))[..32]));
        let adapted = Adapted { adapter: adapter.to_owned(), copy };
        Ok(Self { title: format!("{} with {name}", self.title), id, adapted: Some(adapted), ..self })
    }
}

#[cfg(feature = "local")]
pub(crate) mod making;
