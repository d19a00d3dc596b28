"""Names and numbers of nobody: plausible Indonesian inventions, the same for the same seed.

Any likeness to somebody is chance: given and family names are drawn apart and put together, and
a NIP is unique only within its city.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

WOMEN: Final = """
Aisyah Anita Ayu Citra Desi Desmiati Dewi Dian Elvira Erna Evi Fadhilah Fatimah Fitri Gusmiati
Hasna Helmi Ira Juliana Kartini Lestari Lina Marlina Mega Meiriza Mutia Nadia Nelfi Nurhayati
Nurlaila Oktavia Putri Rahmi Ratna Refni Rina Rosmanidar Sari Silvia Siti Sri Suryani Syafni
Tuti Ulfa Vera Wahyuni Widya Yanti Yulia Yuni Yusnidar Zahra Zulfa
"""
MEN: Final = """
Ade Afrizal Agus Ahmad Alfian Andri Anton Arif Armen Aulia Bambang Bayu Budi Dafit Dedi Doni Edi
Eko Erizal Fajar Febri Firdaus Gilang Hamdan Harun Hendra Ilham Indra Irwan Joni Khairul Luthfi
Mahdi Muhammad Mulyadi Nofri Oki Pandu Rahmat Reza Rizki Rudi Satria Syahrul Taufik Teguh Tomi
Wahyu Yandri Yoga Yusuf Zaki Zulkifli
"""
LAST: Final = """
Akbar Alamsyah Anggraini Ardiansyah Arifin Asmara Azwar Bahri Chaniago Darmawan Efendi Fadillah
Fauzan Febriani Gunawan Hakim Handayani Harahap Hasibuan Hidayat Husna Indriani Iskandar Jamil
Kurnia Kusuma Lubis Mahendra Maharani Maulana Melati Nasution Novita Nugraha Oktaviani Pertiwi
Piliang Pradana Pramudita Prasetyo Pratama Puspita Rahmadani Ramadhan Rangkuti Ridwan Safitri
Saputra Siregar Sitompul Sukma Sulaiman Susanti Syafitri Syarif Tanjung Utama Utami Wibowo
Wijaya Wulandari Yolanda Yulianti Zainal
"""
ACADEMIC: Final = ("", "", "", ", S.E.", ", S.Sos.", ", A.Md.", ", S.Kom.", ", S.T.")

PPPK_SHARE: Final = 0.3  # of staff; contract servants carry a contract count in their NIP
OLDEST_YEARS, YOUNGEST_YEARS = 57, 23


@dataclass(frozen=True, slots=True)
class Somebody:
    """A name and the number to sign in with."""

    name: str
    nip: str


class Registry:
    """Hands out people, each NIP once."""

    def __init__(self, random: Random, today: date) -> None:
        self._random = random
        self._today = today
        self._given: set[str] = set()
        self._women, self._men, self._last = WOMEN.split(), MEN.split(), LAST.split()

    def somebody(self, titles: tuple[str, ...] = ACADEMIC) -> Somebody:
        """A new person; `titles` are appended to the name by chance."""
        random = self._random
        woman = random.random() < 0.55
        first = random.choice(self._women if woman else self._men)
        name = f"{first} {random.choice(self._last)}"
        return Somebody(name + random.choice(titles), self._nip(woman))

    def _nip(self, woman: bool) -> str:
        random = self._random
        age_days = random.randrange(YOUNGEST_YEARS * 365, OLDEST_YEARS * 365)
        born = self._today - timedelta(days=age_days)
        appointed_year = random.randrange(
            max(2005, born.year + YOUNGEST_YEARS - 1), self._today.year + 1
        )
        if random.random() < PPPK_SHARE:
            appointed = f"{max(appointed_year, 2021)}21"
        else:
            appointed = f"{appointed_year}{random.choice((1, 3, 4, 12)):02}"
        start = f"{born:%Y%m%d}{appointed}{2 if woman else 1}"
        serial = 1
        while (nip := f"{start}{serial:03}") in self._given:
            serial += 1
        self._given.add(nip)
        return nip
