"""The words for what is wrong with a file, in Indonesian and English.

They stand here and not in the error catalogue of the wire, since a file comes in by the command
line and its errors have lines. Each names the remedy where there is one.
"""

from collections.abc import Mapping
from typing import Literal

from models.queries.imports.table import RowError

Language = Literal["id", "en"]

_WORDS: Mapping[str, Mapping[Language, str]] = {
    "not_utf8": {
        "id": "Berkas bukan UTF-8. Simpan ulang sebagai “CSV UTF-8”.",
        "en": "The file is not UTF-8. Save it again as “CSV UTF-8”.",
    },
    "empty_file": {"id": "Berkas kosong.", "en": "The file is empty."},
    "unreadable_file": {
        "id": "Berkas ini bukan lembar kerja XLSX yang utuh, atau memakai kata sandi.",
        "en": "The file is no whole XLSX workbook, or it has a password.",
    },
    "unpacks_too_much": {
        "id": "Isi berkas terlalu besar. Simpan hanya satu lembar, atau bagi berkas ini.",
        "en": "The file holds too much. Save a single sheet, or split the file.",
    },
    "too_many_columns": {
        "id": "Lebih dari {limit} kolom. Hapus kolom yang tidak diperlukan.",
        "en": "More than {limit} columns. Remove the ones that are not needed.",
    },
    "formula": {
        "id": "Sel ini berisi rumus. Salin lalu tempel sebagai nilai.",
        "en": "This cell holds a formula. Copy it and paste it as a value.",
    },
    "missing_column": {"id": "Kolom ini tidak ada.", "en": "This column is missing."},
    "malformed_row": {
        "id": "Baris tidak terbaca: tanda kutip tidak tertutup atau sel berlebih.",
        "en": "The row cannot be read: an open quote, or more cells than headers.",
    },
    "too_many_rows": {
        "id": "Lebih dari {limit} baris. Bagi berkas ini.",
        "en": "More than {limit} rows. Split the file.",
    },
    "required": {"id": "Wajib diisi.", "en": "Must not be empty."},
    "too_long": {
        "id": "Lebih dari {limit} karakter.",
        "en": "More than {limit} characters.",
    },
    "forbidden_character": {
        "id": "Memuat karakter yang tidak dapat disimpan.",
        "en": "Holds a character that cannot be stored.",
    },
    "nip_rounded": {
        "id": "NIP dibulatkan oleh lembar kerja. Ubah format kolom menjadi teks, isi ulang.",
        "en": "A spreadsheet has rounded the NIP. Format the column as text and fill it in again.",
    },
    "invalid_nip": {
        "id": "NIP harus 18 angka dan diawali tanggal lahir yang ada.",
        "en": "A NIP has 18 digits and begins with a birth date that exists.",
    },
    "invalid_code": {
        "id": "“{value}” bukan kode: tanpa spasi, paling banyak 64 karakter.",
        "en": "“{value}” is no code: no blanks, at most 64 characters.",
    },
    "invalid_date": {
        "id": "“{value}” bukan tanggal. Tulis 2026-11-30 atau 30/11/2026.",
        "en": "“{value}” is no date. Write 2026-11-30 or 30/11/2026.",
    },
    "date_order": {
        "id": "Hari terakhir sebelum hari pertama.",
        "en": "The last day is before the first.",
    },
    "unknown_word": {
        "id": "“{value}” tidak dikenal. Yang dikenal: {known}.",
        "en": "“{value}” is not known. Known are: {known}.",
    },
    "unknown_unit": {
        "id": "Tidak ada unit dengan kode “{value}”.",
        "en": "No unit has the code “{value}”.",
    },
    "unknown_employee": {
        "id": "Tidak ada pegawai aktif dengan NIP ini.",
        "en": "No active employee has this NIP.",
    },
    "unknown_job_title": {
        "id": "Tidak ada jabatan dengan kode “{value}”.",
        "en": "No job title has the code “{value}”.",
    },
    "unknown_pattern": {
        "id": "Tidak ada pola kerja “{value}”.",
        "en": "There is no work pattern “{value}”.",
    },
    "duplicate_row": {
        "id": "Sama dengan baris {other}.",
        "en": "The same as line {other}.",
    },
    "parent_circle": {
        "id": "Unit induk tidak ada, atau unit ini berada di bawah dirinya sendiri.",
        "en": "The parent does not exist, or the unit stands below itself.",
    },
    "kind_is_fixed": {
        "id": "Jenis unit yang sudah ada tidak dapat diubah.",
        "en": "The kind of a unit that exists cannot change.",
    },
    "unit_in_use": {
        "id": "Unit “{value}” masih memiliki pegawai, unit bawahan, atau kepala.",
        "en": "Unit “{value}” still has people, units below it, or a head.",
    },
    "overlap": {
        "id": "Bertumpang tindih dengan yang sudah ada ({since} – {until}). "
        "Akhiri yang itu dahulu, atau mulai sesudahnya.",
        "en": "Overlaps with what is there ({since} – {until}). "
        "End that one first, or begin after it.",
    },
    "invalid_number": {
        "id": "“{value}” bukan angka. Tulis 300 atau 0,5.",
        "en": "“{value}” is no number. Write 300 or 0.5.",
    },
    "ambiguous_number": {
        "id": "“{value}” dapat berarti ribuan atau pecahan. Tulis tanpa pemisah ribuan.",
        "en": "“{value}” may be thousands or a fraction. Write it without a thousands separator.",
    },
    "number_too_large": {
        "id": "Lebih besar dari {limit}.",
        "en": "Larger than {limit}.",
    },
    "invalid_period": {
        "id": "“{value}” bukan masa. Tulis 2026-11, 2026-Q4 atau 2026.",
        "en": "“{value}” is no period. Write 2026-11, 2026-Q4 or 2026.",
    },
    "range_turned": {
        "id": "Batas bawah di atas batas atas.",
        "en": "The low end is above the high end.",
    },
    "unknown_result": {
        "id": "Perjanjian kinerja tahun itu tidak memuat hasil kerja “{value}”.",
        "en": "The agreement of that year holds no result “{value}”.",
    },
    "goal_is_fixed": {
        "id": "Target ini sudah ada dengan “{value}”; itu tidak dapat diubah. Buat target lain.",
        "en": "This target exists with “{value}”, which cannot change. Make another target.",
    },
    "target_closed": {
        "id": "Masa target ini sudah dinilai, jadi tidak dapat diubah.",
        "en": "The period of this target has been appraised, so it cannot change.",
    },
    "not_allowed": {
        "id": "Anda bukan pengelola kepegawaian untuk unit kerja pegawai ini.",
        "en": "You hold no HR office for the unit of this employee.",
    },
    "own_target": {
        "id": "Tidak ada yang menetapkan targetnya sendiri.",
        "en": "Nobody sets their own targets.",
    },
    "not_oneself": {
        "id": "Tidak ada yang menjadi atasan dirinya sendiri.",
        "en": "Nobody is their own supervisor.",
    },
    "refused": {
        "id": "Ditolak oleh aturan atau basis data ({why}).",
        "en": "Refused by a rule or the database ({why}).",
    },
}

CODES = frozenset(_WORDS)


def message(error: RowError, language: Language) -> str:
    """What a person reads of an error, without its place. Raises KeyError for an unknown code."""
    return _WORDS[error.code][language].format_map(error.facts)
