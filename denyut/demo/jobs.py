"""Jobs of the demo city and what each is usually asked for in a month.

Source of the numbers: domain.md, "A realistic demo city", which calls them plausible inventions.
Quality and time are measured indicators: a report toward one says the value that was measured.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Task:
    """One target template. `step`: what quantities are multiples of; `notes`: what people write."""

    indicator: str
    unit_of_measure: str
    quantity: float
    notes: tuple[str, ...]
    aspect: str = "quantity"
    direction: str = "higher"
    step: float = 1.0

    @property
    def measured(self) -> bool:
        """Whether reports carry a measured value instead of an amount."""
        return self.aspect in ("quality", "time")


@dataclass(frozen=True, slots=True)
class Job:
    """A job title. `field`: works where signal is patchy; `asks_location`: reports carry one."""

    code: str
    name: str
    tasks: tuple[Task, ...]
    field: bool = False
    asks_location: bool = False


def quality(indicator: str, unit_of_measure: str, at_least: float, *notes: str) -> Task:
    """A share or a score that must not fall below its goal."""
    return Task(indicator, unit_of_measure, at_least, notes, "quality", "higher", 0.5)


def at_most(indicator: str, unit_of_measure: str, limit: float, *notes: str) -> Task:
    """A time (or an error rate) that must not exceed its limit."""
    return Task(indicator, unit_of_measure, limit, notes, "time", "lower", 0.1)


LESSONS: Final = Task(
    "Jam mengajar",
    "jam pelajaran",
    96,
    (
        "Kelas 4B, pecahan senilai",
        "Kelas 2A, membaca nyaring",
        "Kelas 5, siklus air; praktik di halaman",
        "Kelas 6A, latihan soal bersama",
        "Kelas 1B, mengenal angka 1–20",
        "Kelas 3, proyek cerita rakyat",
    ),
)
ASSESSMENTS: Final = Task(
    "Asesmen siswa",
    "asesmen",
    4,
    ("Asesmen formatif selesai dinilai", "Penilaian proyek kelompok", "Ulangan harian dikoreksi"),
)
OFFICE: Final = (
    Task(
        "Berkas diselesaikan",
        "berkas",
        60,
        (
            "Surat masuk dan disposisi",
            "Rekap absensi dan lampiran SPJ",
            "Arsip digital dipindai",
            "Nota dinas dan surat keluar",
        ),
    ),
    at_most("Waktu penyelesaian berkas", "hari", 3, "Rata-rata berkas minggu ini"),
)
LEADING: Final = (
    Task(
        "Pembinaan staf",
        "pertemuan",
        8,
        (
            "Umpan balik satu lawan satu",
            "Rapat mingguan dan pembagian tugas",
            "Pendampingan laporan staf",
        ),
    ),
    Task("Laporan diperiksa", "laporan", 80, ("Laporan staf diperiksa dan dijawab",)),
)

JOBS: Final[dict[str, Job]] = {
    job.code: job
    for job in (
        Job(
            "guru_sd",
            "Guru Sekolah Dasar",
            (
                LESSONS,
                ASSESSMENTS,
                quality("Siswa mencapai kriteria", "%", 85, "Hasil asesmen kelas"),
            ),
        ),
        Job(
            "guru_smp",
            "Guru Sekolah Menengah Pertama",
            (
                Task(
                    "Jam mengajar",
                    "jam pelajaran",
                    96,
                    (
                        "Kelas 8C, persamaan linear",
                        "Kelas 7A, teks deskripsi",
                        "Kelas 9B, listrik dinamis; praktikum",
                        "Kelas 8A, sejarah perjuangan daerah",
                    ),
                ),
                ASSESSMENTS,
                quality("Siswa mencapai kriteria", "%", 85, "Hasil asesmen kelas"),
            ),
        ),
        Job(
            "kepala_sekolah",
            "Kepala Sekolah",
            (
                Task(
                    "Supervisi kelas",
                    "supervisi",
                    8,
                    ("Supervisi kelas 4, umpan balik diberikan", "Supervisi kelas 1, lanjut Kamis"),
                ),
                at_most("Tindak lanjut supervisi", "hari", 7, "Tindak lanjut selesai"),
            ),
        ),
        Job(
            "perawat",
            "Perawat",
            (
                Task(
                    "Pasien dilayani",
                    "pasien",
                    300,
                    (
                        "Poli umum pagi",
                        "Ruang tindakan dan rawat luka",
                        "Triase dan observasi",
                        "Poli lansia, tensi dan gula darah",
                    ),
                ),
                Task(
                    "Kunjungan rumah",
                    "kunjungan",
                    8,
                    ("Pasien TB, minum obat diawasi", "Lansia pascastroke, latihan gerak"),
                ),
                at_most("Waktu tunggu rawat jalan", "menit", 60, "Rata-rata tunggu hari ini"),
            ),
        ),
        Job(
            "bidan",
            "Bidan",
            (
                Task(
                    "Pemeriksaan ibu hamil",
                    "kunjungan",
                    40,
                    ("K1 dan K4 di ruang KIA", "Pemeriksaan dan tablet tambah darah"),
                ),
                Task("Pelayanan KB", "akseptor", 25, ("Suntik 3 bulan", "Konseling dan implan")),
                Task("Posyandu", "posyandu", 4, ("Penimbangan balita, PMT dibagikan",)),
                quality("Cakupan kunjungan keempat", "%", 90, "Cakupan K4 bulan berjalan"),
            ),
            field=True,
        ),
        Job(
            "petugas_loket",
            "Petugas Pendaftaran Pasien",
            (
                Task(
                    "Pendaftaran pasien",
                    "pendaftaran",
                    900,
                    ("Loket 1, pasien BPJS", "Loket 2, pasien umum", "Loket rawat jalan sore"),
                ),
                at_most("Waktu pendaftaran", "menit", 5, "Rata-rata di loket"),
            ),
        ),
        Job(
            "operator_kependudukan",
            "Operator Kependudukan",
            (
                Task(
                    "KTP-el dan KK diterbitkan",
                    "dokumen",
                    250,
                    (
                        "Cetak KTP-el, antrean pagi",
                        "Perubahan KK karena pindah datang",
                        "KTP-el hilang dan rusak",
                        "KK baru pasangan menikah",
                        "Sinkron data dengan pusat, lalu cetak",
                    ),
                ),
                at_most("Waktu penerbitan", "hari", 1, "Rata-rata hari ini"),
            ),
        ),
        Job(
            "petugas_akta",
            "Petugas Akta Pencatatan Sipil",
            (
                Task("Akta kelahiran", "akta", 90, ("Akta dari RSUD", "Akta terlambat, isbat")),
                Task("Kartu identitas anak", "kartu", 120, ("KIA kolektif sekolah dasar",)),
                quality("Kepuasan layanan (IKM)", "poin", 88.31, "Survei di loket akta"),
            ),
        ),
        Job(
            "tim_jemput_bola",
            "Tim Jemput Bola KTP-el",
            (
                Task("Perjalanan jemput bola", "perjalanan", 4, ("Ke kelurahan atas, dua hari",)),
                Task(
                    "Perekaman KTP-el",
                    "rekaman",
                    60,
                    ("Perekaman lansia di rumah", "Perekaman pelajar SMA", "Warga difabel"),
                ),
                at_most("Unggah hasil", "hari", 1, "Unggah setelah ada sinyal"),
            ),
            field=True,
            asks_location=True,
        ),
        Job(
            "pengawas_jalan",
            "Pengawas Jalan",
            (
                Task(
                    "Jalan diperiksa",
                    "km",
                    40,
                    (
                        "Ruas pasar–terminal",
                        "Ruas lingkar utara",
                        "Ruas tambang lama, bahu longsor",
                    ),
                    step=0.5,
                ),
                Task("Lubang ditutup", "lubang", 15, ("Tambal sulam aspal dingin",)),
                at_most("Dari laporan sampai diperbaiki", "hari", 7, "Laporan warga selesai"),
            ),
            field=True,
            asks_location=True,
        ),
        Job(
            "pekerja_sosial",
            "Pekerja Sosial",
            (
                Task("Asesmen rumah", "keluarga", 30, ("Verifikasi penerima bantuan",)),
                Task("Pertemuan keluarga", "pertemuan", 12, ("Pertemuan P2K2, modul pengasuhan",)),
                at_most("Jawaban pengaduan", "hari", 3, "Pengaduan dijawab"),
            ),
            field=True,
            asks_location=True,
        ),
        Job(
            "petugas_ketertiban",
            "Petugas Ketertiban Umum",
            (
                Task("Patroli", "patroli", 24, ("Patroli pasar dan taman", "Patroli malam")),
                Task("Penertiban", "penertiban", 8, ("PKL di trotoar, diarahkan ke kios",)),
                at_most("Waktu tanggap", "menit", 30, "Dari laporan sampai tiba"),
            ),
            field=True,
        ),
        Job(
            "penyuluh",
            "Penyuluh Pertanian",
            (
                Task("Kunjungan kelompok tani", "kunjungan", 16, ("Kelompok sawah irigasi",)),
                quality("Adopsi anjuran", "%", 60, "Anggota yang menerapkan"),
            ),
            field=True,
            asks_location=True,
        ),
        Job(
            "analis_sdm",
            "Analis SDM Aparatur",
            (
                Task("Berkas kepegawaian", "berkas", 60, ("Kenaikan pangkat", "Pensiun", "Cuti")),
                at_most("Waktu per berkas", "hari", 5, "Rata-rata minggu ini"),
                at_most("Berkas dikembalikan", "%", 5, "Berkas tidak lengkap"),
            ),
        ),
        Job(
            "petugas_kebersihan",
            "Petugas Kebersihan Kota",
            (Task("Rute diangkut", "rute", 44, ("Rute pasar", "Rute permukiman barat")),),
            field=True,
        ),
        Job("staf", "Pengelola Administrasi", OFFICE),
        Job("pimpinan", "Pejabat Struktural", LEADING),
        Job("sekda", "Sekretaris Daerah", ()),
    )
}
