"""Jobs and templates are those of the table in the domain's description."""

import pytest

from denyut.demo.jobs import JOBS, Task


def task(job: str, indicator: str) -> Task:
    return next(each for each in JOBS[job].tasks if each.indicator == indicator)


@pytest.mark.parametrize(
    ("job", "indicator", "quantity"),
    [
        ("guru_sd", "Jam mengajar", 96),
        ("guru_sd", "Asesmen siswa", 4),
        ("kepala_sekolah", "Supervisi kelas", 8),
        ("perawat", "Pasien dilayani", 300),
        ("bidan", "Pemeriksaan ibu hamil", 40),
        ("petugas_loket", "Pendaftaran pasien", 900),
        ("operator_kependudukan", "KTP-el dan KK diterbitkan", 250),
        ("petugas_akta", "Kartu identitas anak", 120),
        ("tim_jemput_bola", "Perekaman KTP-el", 60),
        ("pengawas_jalan", "Jalan diperiksa", 40),
        ("pekerja_sosial", "Asesmen rumah", 30),
        ("petugas_ketertiban", "Patroli", 24),
        ("penyuluh", "Kunjungan kelompok tani", 16),
        ("analis_sdm", "Berkas kepegawaian", 60),
    ],
)
def test_quantities_are_those_of_the_table(job: str, indicator: str, quantity: float) -> None:
    assert task(job, indicator).quantity == quantity


def test_every_task_can_be_reported() -> None:
    for job in JOBS.values():
        for each in job.tasks:
            assert each.notes
            assert each.step > 0
            assert each.measured == (each.aspect in ("quality", "time"))


def test_times_are_limits_and_qualities_are_floors() -> None:
    for job in JOBS.values():
        for each in job.tasks:
            if each.aspect == "time":
                assert each.direction == "lower"
            if each.aspect == "quality":
                assert each.direction == "higher"


def test_only_field_jobs_ask_for_a_location() -> None:
    asking = {code for code, job in JOBS.items() if job.asks_location}
    assert asking == {"tim_jemput_bola", "pengawas_jalan", "pekerja_sosial", "penyuluh"}
    assert all(JOBS[code].field for code in asking)
