//! The templates and fonts of a run: built in, or the study's own in their place.

use std::path::Path;
use std::sync::Arc;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop, TextSource};
use crate::render::number_profile::{self, NumberProfile};
use crate::render::template::TemplateSet;
use crate::render::{ctis_view, curve_svg, document_view, flow_svg, html, pdf, xml};
use crate::spec::Spec;
use crate::spec::report::FormatProfile;

/// Templates, fonts and number formats.
pub(super) struct Templates {
    pub set: TemplateSet,
    pub fonts: Vec<(String, Vec<u8>)>,
    pub profile: &'static NumberProfile,
}

/// Reads the study's own templates and fonts over the built-in ones.
pub(super) fn load(spec: &Spec, sink: &mut Diagnostics) -> Result<Templates, Stop> {
    let mark = sink.mark();
    let mut set = TemplateSet::built_in(&[
        ctis_view::TEMPLATES,
        curve_svg::TEMPLATES,
        document_view::TEMPLATES,
        flow_svg::TEMPLATES,
        html::TEMPLATES,
        pdf::TEMPLATES,
        xml::TEMPLATES,
    ]);
    let own = spec.folder.join("templates");
    for path in files_below(&own) {
        let name: Vec<String> = path
            .strip_prefix(&own)
            .unwrap_or(&path)
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let source = Arc::new(TextSource { name: path.display().to_string(), text });
                let _ = set.replace(&name.join("/"), source, sink);
            }
            Err(error) => {
                sink.error(
                    &codes::TPL_001,
                    Place::File(path.display().to_string()),
                    format!("the template cannot be read: {error}"),
                );
            }
        }
    }
    let mut fonts = Vec::new();
    for path in files_below(&spec.folder.join("fonts")) {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        match std::fs::read(&path) {
            Ok(bytes) => fonts.push((name, bytes)),
            Err(error) => {
                sink.error(
                    &codes::RND_004,
                    Place::File(path.display().to_string()),
                    format!("the font cannot be read: {error}"),
                );
            }
        }
    }
    sink.check(mark)?;
    let profile = match spec.report.format {
        FormatProfile::Regulatory => &number_profile::REGULATORY,
        FormatProfile::Journal => &number_profile::JOURNAL,
        FormatProfile::Pilot => &number_profile::PILOT,
    };
    Ok(Templates { set, fonts, profile })
}

/// Every file below a folder, sorted by path; none where there is no folder.
fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
