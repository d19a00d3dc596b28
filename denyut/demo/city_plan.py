"""The demo city's units and how many work in them: data, and two shapes to write it shortly.

Source: domain.md, "A realistic demo city": agencies and approximate staff. The city, its districts
and its schools are inventions.
"""

from dataclasses import replace
from typing import Final

from denyut.demo.organisation import Plan

CITY_NAME: Final = "Kota Bukit Sarai"


def office(name: str, staff: int, *divisions: Plan, pattern: str = "five_days") -> Plan:
    """An agency with its secretariat."""
    secretariat = Plan("Sekretariat", staff=(("staf", staff),))
    return Plan(name, children=(secretariat, *divisions), kind="agency", pattern=pattern)


def division(name: str, job: str, count: int, *sections: Plan, role: str = "") -> Plan:
    """A division whose people, beside its sections, have one job."""
    staff = ((job, count),) if count else ()
    return Plan(name, staff=staff, children=sections, role=role)


SCHOOLS: Final = (
    Plan(
        "SD Negeri",
        "kepala_sekolah",
        (("guru_sd", 9), ("staf", 1)),
        pattern="six_days",
        many=63,
        role="school",
    ),
    Plan(
        "SMP Negeri",
        "kepala_sekolah",
        (("guru_smp", 16), ("staf", 2)),
        pattern="six_days",
        many=14,
    ),
)
EDUCATION: Final = office(
    "Dinas Pendidikan",
    8,
    *(
        division(f"Bidang {name}", "staf", 3, division(f"Seksi Kurikulum {name}", "staf", 4))
        for name in ("Pembinaan SD", "Pembinaan SMP", "PAUD")
    ),
    *SCHOOLS,
)
HEALTH_CENTRE: Final = Plan(
    "Puskesmas",
    children=(
        division("Pelayanan Umum", "perawat", 16),
        division("Kesehatan Ibu dan Anak", "bidan", 12),
        division("Pencegahan Penyakit", "perawat", 5),
        Plan("Tata Usaha", staff=(("petugas_loket", 4), ("staf", 4))),
    ),
    pattern="six_days",
    many=6,
)
HOSPITAL: Final = Plan(
    "RSUD Bukit Sarai",
    children=(
        *(
            replace(division(f"Ruang {name}", "perawat", 26), pattern="roster")
            for name in ("Anggrek", "Cempaka", "Dahlia", "Melati", "Mawar", "IGD")
        ),
        replace(division("Ruang Bersalin", "bidan", 20), pattern="roster"),
        division("Poliklinik", "perawat", 32),
        division("Pendaftaran", "petugas_loket", 20),
        division("Tata Usaha", "staf", 32),
    ),
)
HEALTH: Final = office(
    "Dinas Kesehatan",
    12,
    division("Bidang Kesehatan Masyarakat", "staf", 10),
    division("Bidang Pelayanan Kesehatan", "staf", 10),
    *(HEALTH_CENTRE, HOSPITAL),
)
CIVIL_REGISTRATION: Final = office(
    "Dinas Kependudukan dan Pencatatan Sipil",
    5,
    division("Bidang Pendaftaran Penduduk", "operator_kependudukan", 12, role="supervised"),
    division("Bidang Pencatatan Sipil", "petugas_akta", 7, role="hurried"),
    division("Bidang Jemput Bola", "tim_jemput_bola", 6),
)
PUBLIC_WORKS: Final = office(
    "Dinas Pekerjaan Umum",
    8,
    division(
        "Bidang Bina Marga",
        "pengawas_jalan",
        0,
        division("Seksi Inspeksi Jalan", "pengawas_jalan", 14),
        division("Seksi Pemeliharaan Jalan", "pengawas_jalan", 15, role="slipping"),
    ),
    division("Bidang Cipta Karya", "staf", 13),
    division("Bidang Sumber Daya Air", "staf", 12),
    division("Bidang Tata Ruang", "staf", 9),
)
PUBLIC_ORDER: Final = office(
    "Satuan Polisi Pamong Praja dan Damkar",
    9,
    division(
        "Bidang Ketertiban Umum",
        "petugas_ketertiban",
        0,
        *(division(f"Regu {name}", "petugas_ketertiban", 15) for name in ("Elang", "Rajawali")),
        division("Regu Garuda", "petugas_ketertiban", 14),
    ),
    division(
        "Bidang Pemadam Kebakaran",
        "petugas_ketertiban",
        0,
        *(division(f"Pos {name}", "petugas_ketertiban", 20) for name in ("Kota", "Hulu")),
    ),
    division("Perlindungan Masyarakat", "petugas_ketertiban", 7),
)
TOWN_HALL: Final = office(
    "Sekretariat Daerah dan DPRD",
    10,
    *(
        division(f"Bagian {name}", "staf", 12)
        for name in (
            *("Umum", "Hukum", "Pemerintahan", "Kesra", "Ekonomi", "Pengadaan", "Organisasi"),
            *("Protokol", "Persidangan DPRD", "Keuangan DPRD", "Humas DPRD"),
        )
    ),
)
DISTRICTS: Final = tuple(
    office(
        f"Kecamatan {name}",
        4,
        *(Plan(f"Kelurahan {ward}", staff=(("staf", 5),)) for ward in wards),
        division("Seksi Ketenteraman", "petugas_ketertiban", 2),
    )
    for name, wards in (
        ("Sarai Barat", ("Pasar Baru", "Tanah Lapang", "Air Dingin", "Lubang Panjang")),
        ("Sarai Timur", ("Durian Gadang", "Saringan", "Kubang Tengah", "Santur Hilir")),
        ("Lembah Batang", ("Muaro Dalam", "Sikalang", "Rantih", "Kolok Bawah")),
        ("Hulu Batang", ("Talago", "Batu Balang", "Salak Jaya", "Sijantang Atas")),
    )
)
OTHERS: Final = (
    office(
        "Dinas Sosial",
        7,
        division("Bidang Rehabilitasi Sosial", "pekerja_sosial", 12),
        division("Bidang Perlindungan Sosial", "pekerja_sosial", 11),
        division("Bidang Pemberdayaan", "staf", 9),
    ),
    office(
        "Dinas Perhubungan",
        8,
        division("Bidang Lalu Lintas", "petugas_ketertiban", 18),
        division("Bidang Angkutan", "staf", 12),
        division("Bidang Prasarana", "staf", 7),
    ),
    office(
        "Dinas Lingkungan Hidup",
        8,
        division(
            "Bidang Persampahan",
            "petugas_kebersihan",
            0,
            *(division(f"Seksi Angkutan {name}", "petugas_kebersihan", 18) for name in "AB"),
        ),
        division("Bidang Tata Lingkungan", "staf", 9),
        division("Bidang Pengendalian", "staf", 9),
    ),
    office(
        "Dinas Komunikasi dan Informatika",
        6,
        division("Bidang Informasi Publik", "staf", 8),
        division("Bidang Aplikasi Informatika", "staf", 9, role="administrator"),
        division("Bidang Statistik dan Persandian", "staf", 7),
    ),
    office(
        "BKPSDM",
        6,
        division("Bidang Mutasi", "analis_sdm", 8),
        division("Bidang Pengembangan", "analis_sdm", 8),
        division("Bidang Penilaian Kinerja", "analis_sdm", 8, role="hr"),
    ),
    office(
        "Badan Pendapatan dan Keuangan",
        10,
        division("Bidang Pendapatan", "staf", 24, role="acting"),
        division("Bidang Anggaran", "staf", 12),
        division("Bidang Perbendaharaan", "staf", 13),
        division("Bidang Aset", "staf", 15),
    ),
    office(
        "Dinas Pertanian dan Pangan",
        6,
        division("Bidang Penyuluhan", "penyuluh", 18),
        division("Bidang Ketahanan Pangan", "staf", 11),
    ),
    office(
        "Dinas Pariwisata",
        5,
        division("Bidang Destinasi", "staf", 10),
        division("Bidang Promosi", "staf", 10),
    ),
)
CITY: Final = Plan(
    CITY_NAME,
    "sekda",
    children=(
        *(EDUCATION, HEALTH, CIVIL_REGISTRATION, PUBLIC_WORKS, PUBLIC_ORDER, TOWN_HALL),
        *DISTRICTS,
        *OTHERS,
    ),
    kind="city",
)
