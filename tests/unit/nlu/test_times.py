"""Says what `nlu.times` reads in Swedish as people type it, told on Friday 20 November 2026."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.times import When, find_when

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=STOCKHOLM)

# Told, the words that say when, and from when until when in Stockholm.
DAYS: tuple[tuple[str, str, str, str], ...] = (
    ("Han hotade mig idag", "idag", "2026-11-20 00:00", "2026-11-20 15:00"),
    ("Han hotade mig i dag", "i dag", "2026-11-20 00:00", "2026-11-20 15:00"),
    ("I MORSE ringde han", "I MORSE", "2026-11-20 05:00", "2026-11-20 10:00"),
    ("imorse", "imorse", "2026-11-20 05:00", "2026-11-20 10:00"),
    ("i förmiddags", "i förmiddags", "2026-11-20 09:00", "2026-11-20 12:00"),
    ("i eftermiddags", "i eftermiddags", "2026-11-20 12:00", "2026-11-20 15:00"),
    ("eftermiddags kom han", "eftermiddags", "2026-11-20 12:00", "2026-11-20 15:00"),
    ("i går", "i går", "2026-11-19 00:00", "2026-11-19 23:59"),
    ("Igår", "Igår", "2026-11-19 00:00", "2026-11-19 23:59"),
    ("igår kväll", "igår kväll", "2026-11-19 18:00", "2026-11-19 23:00"),
    ("i gårkväll", "i gårkväll", "2026-11-19 18:00", "2026-11-19 23:00"),
    ("i går morse", "i går morse", "2026-11-19 05:00", "2026-11-19 10:00"),
    ("igår eftermiddag", "igår eftermiddag", "2026-11-19 12:00", "2026-11-19 18:00"),
    ("igår natt", "igår natt", "2026-11-19 23:00", "2026-11-20 06:00"),
    ("igår på kvällen", "igår på kvällen", "2026-11-19 18:00", "2026-11-19 23:00"),
    ("igår fm", "igår fm", "2026-11-19 09:00", "2026-11-19 12:00"),
    ("idag förmiddag", "idag förmiddag", "2026-11-20 09:00", "2026-11-20 12:00"),
    ("i dag på morgonen", "i dag på morgonen", "2026-11-20 05:00", "2026-11-20 10:00"),
    ("i förrgår", "i förrgår", "2026-11-18 00:00", "2026-11-18 23:59"),
    ("i förgår", "i förgår", "2026-11-18 00:00", "2026-11-18 23:59"),
    ("i natt", "i natt", "2026-11-19 23:00", "2026-11-20 06:00"),
    ("natten till lördag", "natten till lördag", "2026-11-13 23:00", "2026-11-14 06:00"),
    ("under natten till söndagen", "natten till söndagen", "2026-11-14 23:00", "2026-11-15 06:00"),
    (
        "natten mellan fredag och lördag",
        "natten mellan fredag och lördag",
        "2026-11-13 23:00",
        "2026-11-14 06:00",
    ),
    (
        "natten till den 3 november",
        "natten till den 3 november",
        "2026-11-02 23:00",
        "2026-11-03 06:00",
    ),
    ("i måndags", "i måndags", "2026-11-16 00:00", "2026-11-16 23:59"),
    ("imåndags", "imåndags", "2026-11-16 00:00", "2026-11-16 23:59"),
    ("måndas", "måndas", "2026-11-16 00:00", "2026-11-16 23:59"),
    ("i måndas", "i måndas", "2026-11-16 00:00", "2026-11-16 23:59"),
    ("på måndagen", "på måndagen", "2026-11-16 00:00", "2026-11-16 23:59"),
    ("förra måndagen", "förra måndagen", "2026-11-09 00:00", "2026-11-09 23:59"),
    ("i måndags förra veckan", "i måndags förra veckan", "2026-11-09 00:00", "2026-11-09 23:59"),
    (
        "på tisdagen förra veckan",
        "på tisdagen förra veckan",
        "2026-11-10 00:00",
        "2026-11-10 23:59",
    ),
    (
        "Förra veckan, på torsdagen, stod han där",
        "Förra veckan, på torsdagen",
        "2026-11-12 00:00",
        "2026-11-12 23:59",
    ),
    ("måndag morgon", "måndag morgon", "2026-11-16 05:00", "2026-11-16 10:00"),
    ("måndagskvällen", "måndagskvällen", "2026-11-16 18:00", "2026-11-16 23:00"),
    ("på måndagskvällen", "på måndagskvällen", "2026-11-16 18:00", "2026-11-16 23:00"),
    ("förra torsdagskvällen", "förra torsdagskvällen", "2026-11-12 18:00", "2026-11-12 23:00"),
    ("i tisdags eftermiddag", "i tisdags eftermiddag", "2026-11-17 12:00", "2026-11-17 18:00"),
    ("i fredags", "i fredags", "2026-11-13 00:00", "2026-11-13 23:59"),
    ("i lördags natt", "i lördags natt", "2026-11-14 23:00", "2026-11-15 06:00"),
    ("i söndags morse", "i söndags morse", "2026-11-15 05:00", "2026-11-15 10:00"),
    ("på kvällen i måndags", "på kvällen i måndags", "2026-11-16 18:00", "2026-11-16 23:00"),
    ("på nyårsafton", "på nyårsafton", "2025-12-31 00:00", "2025-12-31 23:59"),
    ("för tre dagar sen", "för tre dagar sen", "2026-11-17 00:00", "2026-11-17 23:59"),
    ("för 3 dagar sedan", "för 3 dagar sedan", "2026-11-17 00:00", "2026-11-17 23:59"),
    ("3 dagar sen", "3 dagar sen", "2026-11-17 00:00", "2026-11-17 23:59"),
    ("för två dar sen", "för två dar sen", "2026-11-18 00:00", "2026-11-18 23:59"),
    ("för fjorton dagar sen", "för fjorton dagar sen", "2026-11-06 00:00", "2026-11-06 23:59"),
    ("för ett par veckor sen", "för ett par veckor sen", "2026-11-06 00:00", "2026-11-06 23:59"),
    ("för tre veckor sen", "för tre veckor sen", "2026-10-30 00:00", "2026-10-30 23:59"),
    ("för nån vecka sen", "för nån vecka sen", "2026-11-13 00:00", "2026-11-13 23:59"),
)
DATES: tuple[tuple[str, str, str, str], ...] = (
    ("gårdagens möte", "gårdagens", "2026-11-19 00:00", "2026-11-19 23:59"),
    ("i tis kväll", "i tis kväll", "2026-11-17 18:00", "2026-11-17 23:00"),
    ("i mondags", "i mondags", "2026-11-16 00:00", "2026-11-16 23:59"),
    ("i fredes", "i fredes", "2026-11-13 00:00", "2026-11-13 23:59"),
    ("natten till fredan", "natten till fredan", "2026-11-19 23:00", "2026-11-20 06:00"),
    ("i torsdags på förmiddan", "i torsdags på förmiddan", "2026-11-19 09:00", "2026-11-19 12:00"),
    ("i förmidags", "i förmidags", "2026-11-20 09:00", "2026-11-20 12:00"),
    ("nu i em", "i em", "2026-11-20 12:00", "2026-11-20 15:00"),
    ("strax efter lunch igår", "strax efter lunch igår", "2026-11-19 12:00", "2026-11-19 18:00"),
    ("Det var två gånger i dag", "i dag", "2026-11-20 00:00", "2026-11-20 15:00"),
    ("den 3:e", "den 3:e", "2026-11-03 00:00", "2026-11-03 23:59"),
    ("den 3e", "den 3e", "2026-11-03 00:00", "2026-11-03 23:59"),
    ("den 25:e", "den 25:e", "2026-10-25 00:00", "2026-10-25 23:59"),
    ("den tredje november", "den tredje november", "2026-11-03 00:00", "2026-11-03 23:59"),
    ("den 3 november", "den 3 november", "2026-11-03 00:00", "2026-11-03 23:59"),
    ("Den 3 November", "Den 3 November", "2026-11-03 00:00", "2026-11-03 23:59"),
    ("12:e november", "12:e november", "2026-11-12 00:00", "2026-11-12 23:59"),
    ("3/11", "3/11", "2026-11-03 00:00", "2026-11-03 23:59"),
    ("den 2/11", "den 2/11", "2026-11-02 00:00", "2026-11-02 23:59"),
    ("måndag 2/11", "måndag 2/11", "2026-11-02 00:00", "2026-11-02 23:59"),
    (
        "på måndagen den 2 november",
        "på måndagen den 2 november",
        "2026-11-02 00:00",
        "2026-11-02 23:59",
    ),
    ("3/11-25", "3/11-25", "2025-11-03 00:00", "2025-11-03 23:59"),
    ("3/11/2025", "3/11/2025", "2025-11-03 00:00", "2025-11-03 23:59"),
    ("3 november 2024", "3 november 2024", "2024-11-03 00:00", "2024-11-03 23:59"),
    (
        "den tjugonde oktober 2025",
        "den tjugonde oktober 2025",
        "2025-10-20 00:00",
        "2025-10-20 23:59",
    ),
    (
        "den 3 november förra året",
        "den 3 november förra året",
        "2025-11-03 00:00",
        "2025-11-03 23:59",
    ),
    ("2026-11-03", "2026-11-03", "2026-11-03 00:00", "2026-11-03 23:59"),
    ("den 1 januari", "den 1 januari", "2026-01-01 00:00", "2026-01-01 23:59"),
    ("den 29 februari", "den 29 februari", "2024-02-29 00:00", "2024-02-29 23:59"),
)
CLOCKS: tuple[tuple[str, str, str, str], ...] = (
    (
        "I går kväll mellan 19 och 20",
        "I går kväll mellan 19 och 20",
        "2026-11-19 19:00",
        "2026-11-19 20:00",
    ),
    ("3 nov kl 14.20", "3 nov kl 14.20", "2026-11-03 14:20", "2026-11-03 14:20"),
    ("3/11 14:20", "3/11 14:20", "2026-11-03 14:20", "2026-11-03 14:20"),
    ("3/11 kl 14", "3/11 kl 14", "2026-11-03 14:00", "2026-11-03 14:00"),
    ("2026-11-03 14:20", "2026-11-03 14:20", "2026-11-03 14:20", "2026-11-03 14:20"),
    ("2026-11-18 kl. 09:15", "2026-11-18 kl. 09:15", "2026-11-18 09:15", "2026-11-18 09:15"),
    (
        "tisdag den 3 november kl. 14.20",
        "tisdag den 3 november kl. 14.20",
        "2026-11-03 14:20",
        "2026-11-03 14:20",
    ),
    ("kl 14.20 idag", "kl 14.20 idag", "2026-11-20 14:20", "2026-11-20 14:20"),
    ("idag kl14", "idag kl14", "2026-11-20 14:00", "2026-11-20 14:00"),
    ("IGÅR KL 14.20", "IGÅR KL 14.20", "2026-11-19 14:20", "2026-11-19 14:20"),
    ("kl 1420 igår", "kl 1420 igår", "2026-11-19 14:20", "2026-11-19 14:20"),
    ("klockan fjorton igår", "klockan fjorton igår", "2026-11-19 14:00", "2026-11-19 14:00"),
    ("i går vid halv tre", "i går vid halv tre", "2026-11-19 14:30", "2026-11-19 14:30"),
    ("i förrgår vid halv tre", "i förrgår vid halv tre", "2026-11-18 14:30", "2026-11-18 14:30"),
    ("i förrgår halv3", "i förrgår halv3", "2026-11-18 14:30", "2026-11-18 14:30"),
    (
        "i tisdags eftermiddag vid två",
        "i tisdags eftermiddag vid två",
        "2026-11-17 14:00",
        "2026-11-17 14:00",
    ),
    ("i tisdags em kl 3", "i tisdags em kl 3", "2026-11-17 15:00", "2026-11-17 15:00"),
    ("igår tjugo över tre", "igår tjugo över tre", "2026-11-19 15:20", "2026-11-19 15:20"),
    ("fem i halv fyra igår", "fem i halv fyra igår", "2026-11-19 15:25", "2026-11-19 15:25"),
    ("fem över halv tre igår", "fem över halv tre igår", "2026-11-19 14:35", "2026-11-19 14:35"),
    (
        "klockan tjugo i fyra igår",
        "klockan tjugo i fyra igår",
        "2026-11-19 15:40",
        "2026-11-19 15:40",
    ),
    ("kvart i åtta i morse", "kvart i åtta i morse", "2026-11-20 07:45", "2026-11-20 07:45"),
    ("i morse vid fem", "i morse vid fem", "2026-11-20 05:00", "2026-11-20 05:00"),
    ("8.15 i morse", "8.15 i morse", "2026-11-20 08:15", "2026-11-20 08:15"),
    ("imorse runt 9", "imorse runt 9", "2026-11-20 09:00", "2026-11-20 09:00"),
    ("igår runt tre", "igår runt tre", "2026-11-19 15:00", "2026-11-19 15:00"),
    ("igår kväll vid sju", "igår kväll vid sju", "2026-11-19 19:00", "2026-11-19 19:00"),
    ("vid sju igår kväll", "vid sju igår kväll", "2026-11-19 19:00", "2026-11-19 19:00"),
    ("igår vid sju på kvällen", "igår vid sju på kvällen", "2026-11-19 19:00", "2026-11-19 19:00"),
    ("igår kväll vid tolv", "igår kväll vid tolv", "2026-11-20 00:00", "2026-11-20 00:00"),
    (
        "fredag kväll vid halv tolv",
        "fredag kväll vid halv tolv",
        "2026-11-13 23:30",
        "2026-11-13 23:30",
    ),
    ("i lördags natt vid ett", "i lördags natt vid ett", "2026-11-15 01:00", "2026-11-15 01:00"),
    (
        "natten till lördag vid två",
        "natten till lördag vid två",
        "2026-11-14 02:00",
        "2026-11-14 02:00",
    ),
    ("i natt vid tre", "i natt vid tre", "2026-11-20 03:00", "2026-11-20 03:00"),
    ("kl 3.15 i natt", "kl 3.15 i natt", "2026-11-20 03:15", "2026-11-20 03:15"),
    ("klockan sju igår", "klockan sju igår", "2026-11-19 07:00", "2026-11-19 07:00"),
    ("igår vid midnatt", "igår vid midnatt", "2026-11-20 00:00", "2026-11-20 00:00"),
    ("vid 18-tiden igår", "vid 18-tiden igår", "2026-11-19 18:00", "2026-11-19 18:00"),
    (
        "vid åttatiden på kvällen i onsdags",
        "vid åttatiden på kvällen i onsdags",
        "2026-11-18 20:00",
        "2026-11-18 20:00",
    ),
    ("i onsdags vid lunch", "i onsdags vid lunch", "2026-11-18 11:00", "2026-11-18 13:00"),
    ("under lunchen i onsdags", "under lunchen i onsdags", "2026-11-18 11:00", "2026-11-18 13:00"),
    ("kl 10-11 igår", "kl 10-11 igår", "2026-11-19 10:00", "2026-11-19 11:00"),
    ("igår 10.00–11.30", "igår 10.00–11.30", "2026-11-19 10:00", "2026-11-19 11:30"),
    (
        "i tisdags mellan 13 och 14",
        "i tisdags mellan 13 och 14",
        "2026-11-17 13:00",
        "2026-11-17 14:00",
    ),
    (
        "mellan klockan tio och elva i förmiddags",
        "mellan klockan tio och elva i förmiddags",
        "2026-11-20 10:00",
        "2026-11-20 11:00",
    ),
    (
        "från kl 10 till kl 11 i måndags",
        "från kl 10 till kl 11 i måndags",
        "2026-11-16 10:00",
        "2026-11-16 11:00",
    ),
    ("mellan fem och sex igår", "mellan fem och sex igår", "2026-11-19 17:00", "2026-11-19 18:00"),
    ("igår (kl 14.20)", "igår", "2026-11-19 14:20", "2026-11-19 14:20"),
    ("igår, vid halv tre", "igår, vid halv tre", "2026-11-19 14:30", "2026-11-19 14:30"),
)
CLOCKS_ALONE: tuple[tuple[str, str, str, str], ...] = (
    ("kl 14.20", "kl 14.20", "2026-11-20 14:20", "2026-11-20 14:20"),
    ("kl14", "kl14", "2026-11-20 14:00", "2026-11-20 14:00"),
    ("klockan halv tre", "klockan halv tre", "2026-11-20 14:30", "2026-11-20 14:30"),
    ("halv3", "halv3", "2026-11-20 14:30", "2026-11-20 14:30"),
    ("kvart över två", "kvart över två", "2026-11-20 14:15", "2026-11-20 14:15"),
    ("kvart i tre", "kvart i tre", "2026-11-20 14:45", "2026-11-20 14:45"),
    ("tjugo i fyra", "tjugo i fyra", "2026-11-19 15:40", "2026-11-19 15:40"),
    ("fem över halv tre", "fem över halv tre", "2026-11-20 14:35", "2026-11-20 14:35"),
    ("tio i tre", "tio i tre", "2026-11-20 14:50", "2026-11-20 14:50"),
    ("vid halv ett", "vid halv ett", "2026-11-20 12:30", "2026-11-20 12:30"),
    ("vid lunch", "vid lunch", "2026-11-20 11:00", "2026-11-20 13:00"),
    ("vid tiotiden", "vid tiotiden", "2026-11-20 10:00", "2026-11-20 10:00"),
    ("mellan 10 och 11", "mellan 10 och 11", "2026-11-20 10:00", "2026-11-20 11:00"),
    ("klockan tre", "klockan tre", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("klockan två på natten", "klockan två på natten", "2026-11-20 02:00", "2026-11-20 02:00"),
    ("tre på natten", "tre på natten", "2026-11-20 03:00", "2026-11-20 03:00"),
    ("kl 16.30 ringde han", "kl 16.30", "2026-11-19 16:30", "2026-11-19 16:30"),
    ("Bilden togs 12.30", "12.30", "2026-11-20 12:30", "2026-11-20 12:30"),
)
MOMENTS: tuple[tuple[str, str, str, str], ...] = (
    ("det hände nyss", "nyss", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("alldeles nyss", "alldeles nyss", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("just nu", "just nu", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("precis nu", "precis nu", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("för en stund sen", "för en stund sen", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("för en timme sen", "för en timme sen", "2026-11-20 14:00", "2026-11-20 14:00"),
    (
        "för en och en halv timme sen",
        "för en och en halv timme sen",
        "2026-11-20 13:30",
        "2026-11-20 13:30",
    ),
    ("för 1,5 timme sen", "för 1,5 timme sen", "2026-11-20 13:30", "2026-11-20 13:30"),
    ("för 20 minuter sen", "för 20 minuter sen", "2026-11-20 14:40", "2026-11-20 14:40"),
    ("för ca 30 min sen", "för ca 30 min sen", "2026-11-20 14:30", "2026-11-20 14:30"),
    ("för en kvart sen", "för en kvart sen", "2026-11-20 14:45", "2026-11-20 14:45"),
    ("för en halvtimme sedan", "för en halvtimme sedan", "2026-11-20 14:30", "2026-11-20 14:30"),
)
STRETCHES: tuple[tuple[str, str, str, str], ...] = (
    ("sedan klockan ett", "sedan klockan ett", "2026-11-20 13:00", "2026-11-20 15:00"),
    ("hon sitter där sen kl 9", "sen kl 9", "2026-11-20 09:00", "2026-11-20 15:00"),
    ("i veckan som gick", "i veckan som gick", "2026-11-09 00:00", "2026-11-15 23:59"),
    ("Nu senast i november", "i november", "2026-11-01 00:00", "2026-11-20 15:00"),
    ("i helgen", "i helgen", "2026-11-14 00:00", "2026-11-15 23:59"),
    ("förra helgen", "förra helgen", "2026-11-14 00:00", "2026-11-15 23:59"),
    ("i veckan", "i veckan", "2026-11-16 00:00", "2026-11-20 15:00"),
    ("den här veckan", "den här veckan", "2026-11-16 00:00", "2026-11-20 15:00"),
    ("hela veckan", "hela veckan", "2026-11-16 00:00", "2026-11-20 15:00"),
    ("förra veckan", "förra veckan", "2026-11-09 00:00", "2026-11-15 23:59"),
    ("hela förra veckan", "hela förra veckan", "2026-11-09 00:00", "2026-11-15 23:59"),
    ("i slutet av förra veckan", "förra veckan", "2026-11-09 00:00", "2026-11-15 23:59"),
    ("vecka 45", "vecka 45", "2026-11-02 00:00", "2026-11-08 23:59"),
    ("v.45", "v.45", "2026-11-02 00:00", "2026-11-08 23:59"),
    ("förra månaden", "förra månaden", "2026-10-01 00:00", "2026-10-31 23:59"),
    ("den här månaden", "den här månaden", "2026-11-01 00:00", "2026-11-20 15:00"),
    ("i oktober", "i oktober", "2026-10-01 00:00", "2026-10-31 23:59"),
    ("i oktober 2025", "i oktober 2025", "2025-10-01 00:00", "2025-10-31 23:59"),
    ("i november", "i november", "2026-11-01 00:00", "2026-11-20 15:00"),
    ("i december", "i december", "2025-12-01 00:00", "2025-12-31 23:59"),
    ("i slutet av oktober", "i slutet av oktober", "2026-10-25 00:00", "2026-10-31 23:59"),
    ("i november förra året", "i november förra året", "2025-11-01 00:00", "2025-11-30 23:59"),
    ("förra året", "förra året", "2025-01-01 00:00", "2025-12-31 23:59"),
    ("i somras", "i somras", "2026-06-01 00:00", "2026-08-31 23:59"),
    ("i våras", "i våras", "2026-03-01 00:00", "2026-05-31 23:59"),
    ("i höstas", "i höstas", "2025-09-01 00:00", "2025-11-30 23:59"),
    ("i vintras", "i vintras", "2025-12-01 00:00", "2026-02-28 23:59"),
    ("förra sommaren", "förra sommaren", "2026-06-01 00:00", "2026-08-31 23:59"),
    ("i julas", "i julas", "2025-12-24 00:00", "2025-12-26 23:59"),
    ("i midsomras", "i midsomras", "2026-06-19 00:00", "2026-06-20 23:59"),
    ("för en månad sen", "för en månad sen", "2026-10-01 00:00", "2026-10-31 23:59"),
    ("för ett halvår sen", "för ett halvår sen", "2026-05-01 00:00", "2026-05-31 23:59"),
    ("för två år sedan", "för två år sedan", "2024-01-01 00:00", "2024-12-31 23:59"),
    ("3–5 november", "3–5 november", "2026-11-03 00:00", "2026-11-05 23:59"),
    (
        "mellan den 3 och 5 november",
        "mellan den 3 och 5 november",
        "2026-11-03 00:00",
        "2026-11-05 23:59",
    ),
    (
        "från den 3 november till den 10 november",
        "från den 3 november till den 10 november",
        "2026-11-03 00:00",
        "2026-11-10 23:59",
    ),
    ("3/11-10/11", "3/11-10/11", "2026-11-03 00:00", "2026-11-10 23:59"),
    (
        "från tisdag till torsdag",
        "från tisdag till torsdag",
        "2026-11-17 00:00",
        "2026-11-19 23:59",
    ),
    (
        "mellan måndag och onsdag",
        "mellan måndag och onsdag",
        "2026-11-16 00:00",
        "2026-11-18 23:59",
    ),
    ("måndag–onsdag", "måndag–onsdag", "2026-11-16 00:00", "2026-11-18 23:59"),
    (
        "från i måndags till igår",
        "från i måndags till igår",
        "2026-11-16 00:00",
        "2026-11-19 23:59",
    ),
    ("sedan i måndags", "sedan i måndags", "2026-11-16 00:00", "2026-11-20 15:00"),
    ("ända sedan förra veckan", "ända sedan förra veckan", "2026-11-09 00:00", "2026-11-20 15:00"),
    ("sedan augusti", "sedan augusti", "2026-08-01 00:00", "2026-11-20 15:00"),
    (
        "sedan två veckor tillbaka",
        "sedan två veckor tillbaka",
        "2026-11-06 00:00",
        "2026-11-20 15:00",
    ),
    ("sedan tre veckor", "sedan tre veckor", "2026-10-30 00:00", "2026-11-20 15:00"),
    ("de senaste två veckorna", "de senaste två veckorna", "2026-11-06 00:00", "2026-11-20 15:00"),
    (
        "under de senaste tre månaderna",
        "de senaste tre månaderna",
        "2026-08-20 00:00",
        "2026-11-20 15:00",
    ),
    ("de senaste dagarna", "de senaste dagarna", "2026-11-17 00:00", "2026-11-20 15:00"),
    ("den senaste månaden", "den senaste månaden", "2026-10-20 00:00", "2026-11-20 15:00"),
    ("den senaste timmen", "den senaste timmen", "2026-11-20 14:00", "2026-11-20 15:00"),
)

# Told at another time: now, told, from when until when, with the offsets that show summer time.
AT_OTHER_TIMES = (
    ("2026-11-20T14:00+00:00", "igår kväll", "2026-11-19T18:00+01:00", "2026-11-19T23:00+01:00"),
    ("2026-03-29T12:00+02:00", "i natt", "2026-03-28T23:00+01:00", "2026-03-29T06:00+02:00"),
    ("2026-03-29T12:00+02:00", "idag", "2026-03-29T00:00+01:00", "2026-03-29T12:00+02:00"),
    (
        "2026-03-29T12:00+02:00",
        "kl 02.30 idag",
        "2026-03-29T03:30+02:00",
        "2026-03-29T03:30+02:00",
    ),
    (
        "2026-03-29T12:00+02:00",
        "för tio timmar sen",
        "2026-03-29T01:00+01:00",
        "2026-03-29T01:00+01:00",
    ),
    ("2026-03-29T12:00+02:00", "i helgen", "2026-03-28T00:00+01:00", "2026-03-29T12:00+02:00"),
    ("2026-03-30T12:00+02:00", "igår", "2026-03-29T00:00+01:00", "2026-03-29T23:59+02:00"),
    ("2026-10-25T12:00+01:00", "i natt", "2026-10-24T23:00+02:00", "2026-10-25T06:00+01:00"),
    (
        "2026-10-25T12:00+01:00",
        "kl 02.30 idag",
        "2026-10-25T02:30+02:00",
        "2026-10-25T02:30+02:00",
    ),
    (
        "2026-10-25T12:00+01:00",
        "för tio timmar sen",
        "2026-10-25T02:00+01:00",
        "2026-10-25T02:00+01:00",
    ),
    ("2026-10-25T02:15+01:00", "nyss", "2026-10-25T02:15+01:00", "2026-10-25T02:15+01:00"),
    (
        "2026-10-25T02:15+01:00",
        "för en timme sen",
        "2026-10-25T02:15+02:00",
        "2026-10-25T02:15+02:00",
    ),
    (
        "2026-10-25T02:15+01:00",
        "för en halvtimme sen",
        "2026-10-25T02:45+02:00",
        "2026-10-25T02:45+02:00",
    ),
    ("2026-10-25T02:45+02:00", "i natt", "2026-10-24T23:00+02:00", "2026-10-25T02:45+02:00"),
    ("2026-10-26T12:00+01:00", "igår", "2026-10-25T00:00+02:00", "2026-10-25T23:59+01:00"),
    ("2027-01-01T09:00+01:00", "igår kväll", "2026-12-31T18:00+01:00", "2026-12-31T23:00+01:00"),
    ("2027-01-01T09:00+01:00", "i natt", "2026-12-31T23:00+01:00", "2027-01-01T06:00+01:00"),
    ("2027-01-01T09:00+01:00", "den 31:a", "2026-12-31T00:00+01:00", "2026-12-31T23:59+01:00"),
    (
        "2027-01-01T09:00+01:00",
        "den 28 december",
        "2026-12-28T00:00+01:00",
        "2026-12-28T23:59+01:00",
    ),
    (
        "2027-01-01T09:00+01:00",
        "på nyårsafton",
        "2026-12-31T00:00+01:00",
        "2026-12-31T23:59+01:00",
    ),
    ("2027-01-01T09:00+01:00", "i julas", "2026-12-24T00:00+01:00", "2026-12-26T23:59+01:00"),
    ("2027-01-01T09:00+01:00", "i december", "2026-12-01T00:00+01:00", "2026-12-31T23:59+01:00"),
    (
        "2027-01-01T09:00+01:00",
        "förra månaden",
        "2026-12-01T00:00+01:00",
        "2026-12-31T23:59+01:00",
    ),
    ("2027-01-01T09:00+01:00", "förra veckan", "2026-12-21T00:00+01:00", "2026-12-27T23:59+01:00"),
    ("2027-01-01T09:00+01:00", "vecka 53", "2026-12-28T00:00+01:00", "2027-01-01T09:00+01:00"),
    ("2027-01-01T09:00+01:00", "förra året", "2026-01-01T00:00+01:00", "2026-12-31T23:59+01:00"),
    ("2027-01-01T09:00+01:00", "i höstas", "2026-09-01T00:00+02:00", "2026-11-30T23:59+01:00"),
    ("2027-01-01T09:00+01:00", "i vintras", "2025-12-01T00:00+01:00", "2026-02-28T23:59+01:00"),
    ("2026-03-01T08:00+01:00", "igår", "2026-02-28T00:00+01:00", "2026-02-28T23:59+01:00"),
    ("2026-03-01T08:00+01:00", "den 29:e", "2026-01-29T00:00+01:00", "2026-01-29T23:59+01:00"),
    ("2026-03-01T08:00+01:00", "i vintras", "2025-12-01T00:00+01:00", "2026-02-28T23:59+01:00"),
    ("2028-03-01T08:00+01:00", "igår", "2028-02-29T00:00+01:00", "2028-02-29T23:59+01:00"),
    (
        "2028-03-01T08:00+01:00",
        "den 29 februari",
        "2028-02-29T00:00+01:00",
        "2028-02-29T23:59+01:00",
    ),
    (
        "2026-03-31T12:00+02:00",
        "den senaste månaden",
        "2026-02-28T00:00+01:00",
        "2026-03-31T12:00+02:00",
    ),
    ("2026-11-20T02:00+01:00", "i natt", "2026-11-19T23:00+01:00", "2026-11-20T02:00+01:00"),
    ("2026-11-20T02:00+01:00", "i morse", "2026-11-19T05:00+01:00", "2026-11-19T10:00+01:00"),
    ("2026-11-20T02:00+01:00", "igår kväll", "2026-11-19T18:00+01:00", "2026-11-19T23:00+01:00"),
    ("2026-11-20T07:00+01:00", "i morse", "2026-11-20T05:00+01:00", "2026-11-20T07:00+01:00"),
    (
        "2026-11-20T21:30+01:00",
        "ikväll stod han utanför",
        "2026-11-20T18:00+01:00",
        "2026-11-20T21:30+01:00",
    ),
    ("2026-11-20T23:30+01:00", "i natt", "2026-11-19T23:00+01:00", "2026-11-20T06:00+01:00"),
    ("2026-11-21T12:00+01:00", "i helgen", "2026-11-21T00:00+01:00", "2026-11-21T12:00+01:00"),
    ("2026-11-21T12:00+01:00", "förra helgen", "2026-11-14T00:00+01:00", "2026-11-15T23:59+01:00"),
    ("2026-11-21T12:00+01:00", "i veckan", "2026-11-16T00:00+01:00", "2026-11-20T23:59+01:00"),
    ("2026-11-21T12:00+01:00", "i lördags", "2026-11-14T00:00+01:00", "2026-11-14T23:59+01:00"),
    ("2026-11-16T08:00+01:00", "i helgen", "2026-11-14T00:00+01:00", "2026-11-15T23:59+01:00"),
    ("2026-11-16T08:00+01:00", "i måndags", "2026-11-09T00:00+01:00", "2026-11-09T23:59+01:00"),
    (
        "2026-11-18T12:00+01:00",
        "från tisdag till torsdag",
        "2026-11-10T00:00+01:00",
        "2026-11-12T23:59+01:00",
    ),
)

AS_PEOPLE_TYPE: tuple[tuple[str, str, str, str], ...] = (
    ("Under gårdagskvällen", "gårdagskvällen", "2026-11-19 18:00", "2026-11-19 23:00"),
    ("helgen som gick", "helgen som gick", "2026-11-14 00:00", "2026-11-15 23:59"),
    ("i slutet av veckan", "slutet av veckan", "2026-11-16 00:00", "2026-11-20 15:00"),
    ("I denna stund slår han", "I denna stund", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("Kväll, hemma vid dörren", "Kväll", "2026-11-19 18:00", "2026-11-19 23:00"),
    ("Han står utanför nu", "nu", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("NU! Hon har bensin över kläderna", "NU", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("Nu slår hon på glaset", "Nu", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("Det brinner i entrén nu!!", "nu", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("hon har precis skickat en bild", "precis", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("Nu just", "Nu just", "2026-11-20 15:00", "2026-11-20 15:00"),
    ("två gånger, senast den 17 nov", "den 17 nov", "2026-11-17 00:00", "2026-11-17 23:59"),
    (
        "Vid bokat besök den 17 november 2026 överlämnades pengar",
        "den 17 november 2026",
        "2026-11-17 00:00",
        "2026-11-17 23:59",
    ),
    ("Nio november var det", "Nio november", "2026-11-09 00:00", "2026-11-09 23:59"),
    ("den tjugofjärde oktober", "den tjugofjärde oktober", "2026-10-24 00:00", "2026-10-24 23:59"),
    ("oktober 28", "oktober 28", "2026-10-28 00:00", "2026-10-28 23:59"),
    ("12.11.2026", "12.11.2026", "2026-11-12 00:00", "2026-11-12 23:59"),
    ("den 3:e i förra månaden", "den 3:e i förra månaden", "2026-10-03 00:00", "2026-10-03 23:59"),
    ("fre 13/11", "fre", "2026-11-13 00:00", "2026-11-13 23:59"),
    (
        "två gånger, senast natten till torsdag",
        "natten till torsdag",
        "2026-11-18 23:00",
        "2026-11-19 06:00",
    ),
    ("natta te tisdag small det", "natta te tisdag", "2026-11-16 23:00", "2026-11-17 06:00"),
    ("förra natten ringde han", "förra natten", "2026-11-19 23:00", "2026-11-20 06:00"),
    ("i eftermiddag kom han", "i eftermiddag", "2026-11-20 12:00", "2026-11-20 15:00"),
    (
        "Under förmiddagen inkom samtal",
        "Under förmiddagen",
        "2026-11-20 09:00",
        "2026-11-20 12:00",
    ),
    ("På förmiddagen ringde han", "På förmiddagen", "2026-11-20 09:00", "2026-11-20 12:00"),
    ("bråk hela förmiddan", "hela förmiddan", "2026-11-20 09:00", "2026-11-20 12:00"),
    ("hela natten ringde det", "hela natten", "2026-11-19 23:00", "2026-11-20 06:00"),
    ("På kvällen kom mejlet", "På kvällen", "2026-11-19 18:00", "2026-11-19 23:00"),
    ("assistansbolaget sms:ade fm", "fm", "2026-11-20 09:00", "2026-11-20 12:00"),
    ("tors em", "tors em", "2026-11-19 12:00", "2026-11-19 18:00"),
    ("lö kväll", "lö kväll", "2026-11-14 18:00", "2026-11-14 23:00"),
    ("sent igår", "sent igår", "2026-11-19 18:00", "2026-11-19 23:00"),
    (
        "Strax före lunch slog han sönder glaset",
        "Strax före lunch",
        "2026-11-20 09:00",
        "2026-11-20 12:00",
    ),
    ("En dam ringde mig efter lunch", "efter lunch", "2026-11-20 12:00", "2026-11-20 15:00"),
    ("för tu vecker sen", "för tu vecker sen", "2026-11-06 00:00", "2026-11-06 23:59"),
    ("för två vekor sen", "för två vekor sen", "2026-11-06 00:00", "2026-11-06 23:59"),
    ("för 2 v sen", "för 2 v sen", "2026-11-06 00:00", "2026-11-06 23:59"),
    ("för 2 h sen", "för 2 h sen", "2026-11-20 13:00", "2026-11-20 13:00"),
    (
        "Torsdag för två veckor sen",
        "Torsdag för två veckor sen",
        "2026-11-05 00:00",
        "2026-11-05 23:59",
    ),
    ("i tordsags", "i tordsags", "2026-11-19 00:00", "2026-11-19 23:59"),
    ("i tesdas kväll", "i tesdas kväll", "2026-11-17 18:00", "2026-11-17 23:00"),
    ("på sönndan", "sönndan", "2026-11-15 00:00", "2026-11-15 23:59"),
    ("i onsdax", "i onsdax", "2026-11-18 00:00", "2026-11-18 23:59"),
    ("i lördaskväll", "i lördaskväll", "2026-11-14 18:00", "2026-11-14 23:00"),
    ("I fôrmedda va dä", "I fôrmedda", "2026-11-20 09:00", "2026-11-20 12:00"),
    ("ittemiddas", "ittemiddas", "2026-11-20 12:00", "2026-11-20 15:00"),
    ("i förra vekan", "i förra vekan", "2026-11-09 00:00", "2026-11-15 23:59"),
    ("Den 18 novenber", "Den 18 novenber", "2026-11-18 00:00", "2026-11-18 23:59"),
    (
        "Torsdagskvällen i förra veckan",
        "Torsdagskvällen i förra veckan",
        "2026-11-12 18:00",
        "2026-11-12 23:00",
    ),
    (
        "Förra veckan på tisdagen vid två",
        "Förra veckan på tisdagen vid två",
        "2026-11-10 14:00",
        "2026-11-10 14:00",
    ),
    ("På tisdag satt en man i väntrummet", "På tisdag", "2026-11-17 00:00", "2026-11-17 23:59"),
    ("Det hände på måndag kväll", "på måndag kväll", "2026-11-16 18:00", "2026-11-16 23:00"),
    ("34 sms mellan 12 o 14 idag", "mellan 12 o 14 idag", "2026-11-20 12:00", "2026-11-20 14:00"),
    ("mellan 01 o 05 inatt", "mellan 01 o 05 inatt", "2026-11-20 01:00", "2026-11-20 05:00"),
    (
        "mellan tolv å ett i onsdags",
        "mellan tolv å ett i onsdags",
        "2026-11-18 12:00",
        "2026-11-18 13:00",
    ),
    ("kl 9-11 i tisdags", "kl 9-11 i tisdags", "2026-11-17 09:00", "2026-11-17 11:00"),
    (
        "strax före fem i fredags",
        "strax före fem i fredags",
        "2026-11-13 17:00",
        "2026-11-13 17:00",
    ),
    (
        "Förra fredan va det, strax före fem",
        "Förra fredan",
        "2026-11-13 17:00",
        "2026-11-13 17:00",
    ),
    ("idag strax efter ett", "idag strax efter ett", "2026-11-20 13:00", "2026-11-20 13:00"),
    ("i natt vid tretiden", "i natt vid tretiden", "2026-11-20 03:00", "2026-11-20 03:00"),
    ("klockan fyra i natt", "klockan fyra i natt", "2026-11-20 04:00", "2026-11-20 04:00"),
    ("tjuge i tre idag", "tjuge i tre idag", "2026-11-20 14:40", "2026-11-20 14:40"),
    ("Igår klocka tie", "Igår klocka tie", "2026-11-19 10:00", "2026-11-19 10:00"),
    ("igår 14, i receptionen", "igår 14", "2026-11-19 14:00", "2026-11-19 14:00"),
    ("i natt 03.", "i natt 03", "2026-11-20 03:00", "2026-11-20 03:00"),
    ("sitter på taket sen 14 och vägrar", "sen 14", "2026-11-20 14:00", "2026-11-20 15:00"),
    (
        "Detta ägde rum den 29 oktober ca kl. 16.15",
        "den 29 oktober ca kl. 16.15",
        "2026-10-29 16:15",
        "2026-10-29 16:15",
    ),
    ("Han har stått i dörren i 40 min", "i 40 min", "2026-11-20 14:20", "2026-11-20 15:00"),
    (
        "har under tre veckor skickat 212 mejl",
        "under tre veckor",
        "2026-10-30 00:00",
        "2026-11-20 15:00",
    ),
    ("61 mejl på fyra dagar", "på fyra dagar", "2026-11-16 00:00", "2026-11-20 15:00"),
    (
        "fyra dagar i rad har de suttit här",
        "fyra dagar i rad",
        "2026-11-17 00:00",
        "2026-11-20 15:00",
    ),
    (
        "Två veckor har det hållit på nu",
        "Två veckor har det hållit på nu",
        "2026-11-06 00:00",
        "2026-11-20 15:00",
    ),
    ("2 senaste dygnen", "2 senaste dygnen", "2026-11-18 00:00", "2026-11-20 15:00"),
    (
        "Under innevarande vecka har det hänt",
        "Under innevarande vecka",
        "2026-11-16 00:00",
        "2026-11-20 15:00",
    ),
    ("Förra v ringde klienten", "Förra v", "2026-11-09 00:00", "2026-11-15 23:59"),
    ("Helgen: foto på mig spreds", "Helgen", "2026-11-14 00:00", "2026-11-15 23:59"),
    (
        "Under perioden september till oktober",
        "Under perioden september till oktober",
        "2026-09-01 00:00",
        "2026-10-31 23:59",
    ),
    ("perioden oktober", "perioden oktober", "2026-10-01 00:00", "2026-10-31 23:59"),
    ("Oktober. Han hotade mig.", "Oktober", "2026-10-01 00:00", "2026-10-31 23:59"),
    ("sen i sept", "sen i sept", "2026-09-01 00:00", "2026-11-20 15:00"),
    ("i början av oktober", "i början av oktober", "2026-10-01 00:00", "2026-10-10 23:59"),
    ("i mitten av oktober", "i mitten av oktober", "2026-10-10 00:00", "2026-10-20 23:59"),
    ("under hösten har han ringt", "under hösten", "2026-09-01 00:00", "2026-11-20 15:00"),
    ("i höst har han ringt", "i höst", "2026-09-01 00:00", "2026-11-20 15:00"),
    ("mellan den 2 o 6 nov", "mellan den 2 o 6 nov", "2026-11-02 00:00", "2026-11-06 23:59"),
    ("Fr.o.m. den 2 november", "Fr.o.m. den 2 november", "2026-11-02 00:00", "2026-11-20 15:00"),
    ("sedan årsskiftet", "sedan årsskiftet", "2026-01-01 00:00", "2026-11-20 15:00"),
    ("i påskas", "i påskas", "2026-04-03 00:00", "2026-04-06 23:59"),
    ("på påskafton", "på påskafton", "2026-04-04 00:00", "2026-04-04 23:59"),
    ("på midsommar", "på midsommar", "2026-06-19 00:00", "2026-06-20 23:59"),
    ("dagen efter midsommar", "dagen efter midsommar", "2026-06-21 00:00", "2026-06-21 23:59"),
    ("på midsommardagen", "på midsommardagen", "2026-06-20 00:00", "2026-06-20 23:59"),
)

NOT_WHEN_IT_HAPPENED = (
    "Han kommer i kväll",
    "ikväll vid åtta",
    "Mötet är imorgon kl 10",
    "Mötet är imorgon och börjar kl 10",
    "i övermorgon",
    "imorrn bitti",
    "på fredag kl 14",
    "på måndag morgon",
    "nästa vecka",
    "nästa tisdag den 24 november kl 10",
    "Svar senast den 30 november",
    "Jag ska svara senast fredag",
    "vi ska träffas den 24 november kl 13",
    "ska vi ses kl 16",
    "Hon är bokad den 25:e",
    "den 30 november",
    "vecka 48",
    "idag vid fyra",
    "I helgen ska jag vara ledig",
    "deadline på fredag",
    "till kl 16",
    "han sa att jag har till fredag på mig",
    "om tre dagar",
    "inom tre dagar",
    "Jag har jobbat här i tre år",
    "i flera månader har det pågått",
    "på två timmar",
    "åtta timmar",
    "mötet varade i 10 minuter",
    "hela tiden",
    "ofta",
    "ibland ringer han",
    "för länge sen",
    "häromdagen",
    "senaste tiden",
    "sedan många år tillbaka",
    "varje måndag kl 9",
    "på måndagar",
    "om kvällarna",
    "två gånger i veckan",
    "24/7",
    "jag jobbar 8-17",
    "en 43 år gammal man",
    "Mannen, 43, är känd",
    "vid 43 års ålder",
    "3 000 kronor",
    "han erbjöd 14.20 kr",
    "ring 070-123 45 67",
    "ring 08-12 34 56",
    "0701234567",
    "tfn 0470-123 45",
    "personnummer 19800101-1234",
    "800101-1234",
    "33 § förvaltningslagen",
    "§ 14.20",
    "17 kap. 1 § brottsbalken",
    "SFS 2010:900",
    "Storgatan 12",
    "Storgatan 3 B",
    "rum 14.20",
    "dnr KS 2026/311",
    "ärendenummer 2026-11-03",
    "KS-2026-00123",
    "https://lotsen.example/2026-11-03",
    "vid ett möte",
    "vid två tillfällen",
    "vid tre tillfällen hotade han",
    "mellan 10 och 15 personer",
    "mellan tio och tolv mejl",
    "runt tio personer stod där",
    "de var fem i två bilar",
    "den tredje gången",
    "den 3:e personen",
    "på 3:e våningen",
    "för andra gången",
    "den första",
    "1/2 av styrkan",
    "den 31:a februari",
    "31/2",
    "45/13",
    "2026-13-45",
    "kl 25",
    "artikel 14.2",
    "i vår verksamhet",
    "god morgon",
    "idag är jag rädd",
    "Jag heter Maj",
    "en helt vanlig tisdag",
    "vareviga fredag",
    "skriver under fyrtio timmar sen du går",
    "40 timmar assistans i veckan",
    "sedan dess",
    "i mån av tid",
    "volvo v70",
    "13 personer 12 bilar",
    "Nu ska jag berätta vad som hände",
    "Nu har han sagt det tre gånger",
    "det sker varje fredag nu",
    "jag mår inte bra nu",
    "nyligen",
    "Hans mamma, precis som han, är arg",
    "en man som nyss fyllt sjuttio",
    "han skriver ett kort i veckan",
    "två ggr i veckan",
    "52 000 i mån",
    "vem tar jouren på julafton",
    "det finns en tjänst ledig i januari",
    "han kommer ut i april",
    "Jag betalar lunch i hela december",
    'Det låg en lapp där, "pang på fredag den 13 packa matsäck"',
    'Han sa sedan till mig: "jag hämtar honom i dag"',
    "Jag svarade inte på brevet från Storgatan 21",
    "Farfar har vid tre umgängestillfällen skrikit",
    "Tack för igår, ni är bäst",
    "Jag är sjukskriven i två veckor",
    "Jag har väntat i två veckor",
    "varje tisdag och torsdag",
    "på onsdag ska vi ses",
    "",
)


FRAGMENTS = sorted(
    {
        word
        for row in DAYS + DATES + CLOCKS + MOMENTS + STRETCHES + AS_PEOPLE_TYPE
        for word in row[0].split()
    }
    | {told for told, *_ in AT_OTHER_TIMES}
    | {"0", "1", "12", "31", "99", "999", ",", ".", ":", "/", "-", "–", "§", "kr", "(", ")", "\n"}
)
SPOKEN = st.lists(st.sampled_from(FRAGMENTS), max_size=25).flatmap(
    lambda words: st.sampled_from(["", " ", "  ", ", "]).map(lambda gap: gap.join(words))
)
TOLD = st.one_of(
    SPOKEN, st.text(max_size=200), st.tuples(st.text(max_size=20), SPOKEN).map("".join)
)
NOWS = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 -- Hypothesis adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([STOCKHOLM, UTC]),
)


def read(told: str, now: datetime = NOW) -> When:
    """Read a text that does say when."""
    found = find_when(told, now)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("told", "words", "start", "end"),
    DAYS + DATES + CLOCKS + CLOCKS_ALONE + MOMENTS + STRETCHES + AS_PEOPLE_TYPE,
)
def test_find_when_a_time_is_told_gives_its_words_and_interval(
    told: str, words: str, start: str, end: str
) -> None:
    """Each way to say when gives the exact words and the agreed interval."""
    found = read(told)

    minute = "%Y-%m-%d %H:%M"
    assert (words, start, end) == (
        found.text,
        found.start.strftime(minute),
        found.end.strftime(minute),
    )


@pytest.mark.parametrize(("now", "told", "start", "end"), AT_OTHER_TIMES)
def test_find_when_told_at_another_time_follows_the_calendar(
    now: str, told: str, start: str, end: str
) -> None:
    """Summer time, nights, weekends and the ends of months and years are counted right."""
    found = read(told, datetime.fromisoformat(now))

    assert (start, end) == (
        found.start.isoformat(timespec="minutes"),
        found.end.isoformat(timespec="minutes"),
    )


@pytest.mark.parametrize("told", NOT_WHEN_IT_HAPPENED)
def test_find_when_only_plans_lengths_or_numbers_are_told_gives_none(told: str) -> None:
    """Plans, deadlines, habits, durations and other numbers are not when it happened."""
    assert find_when(told, NOW) is None


@pytest.mark.parametrize(
    ("told", "words", "start"),
    [
        ("igår hotade han mig i receptionen vid halv tre", "igår", "2026-11-19 14:30"),
        ("Det hände igår. Klockan var halv tre när han kom.", "igår", "2026-11-19 14:30"),
        ("Vid halv tre kom han in. Det var i måndags.", "i måndags", "2026-11-16 14:30"),
        ("I lördags på stan, kl halv två på natten", "I lördags", "2026-11-15 01:30"),
        ("igår stod han utanför under kvällen", "igår", "2026-11-19 18:00"),
        (
            "natten till onsdag ringde han, 09.20 slutade det",
            "natten till onsdag",
            "2026-11-17 23:00",
        ),
        ("i lördags kväll på stan, klockan ett", "i lördags kväll", "2026-11-15 01:00"),
    ],
)
def test_find_when_clock_stands_near_a_day_reads_both(told: str, words: str, start: str) -> None:
    """A day and a clock time in the same breath are one time, whose words are the day's."""
    found = read(told)

    assert (words, start) == (found.text, found.start.strftime("%Y-%m-%d %H:%M"))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Han ringde i måndags. I tisdags vid två hotade han mig.", "I tisdags vid två"),
        ("Det började i somras men igår blev det värre", "igår"),
        ("I måndags och i onsdags ringde han", "I måndags"),
        ("Jag talade med chefen idag om det som hände i måndags", "i måndags"),
        ("Det har pågått sedan i somras, i tisdags vid två kom han", "i tisdags vid två"),
        ("Igår hotade han mig, just nu står han utanför", "Igår"),
        ("Han kommer hit sedan i oktober, i dag satt han i väntrummet", "sedan i oktober"),
        ("Han som bråkade i våras slog mig förra veckan", "förra veckan"),
        ("Igår slog han mig. Det brinner nu", "Igår"),
        ("Han är sur sedan i våras, nu slår han på dörren", "nu"),
        ("Klockan ringde 14.20. Förra veckan hotade han mig varje dag", "Förra veckan"),
    ],
)
def test_find_when_several_times_are_told_prefers_the_most_exact(told: str, words: str) -> None:
    """Day and clock beat a day, a day beats a stretch, and what "hände" beats what did not."""
    assert words == read(told).text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Igår sa han att han kommer imorgon kl 10", "Igår"),
        ("Han ringer mig klockan 14.40 och ska hit på fredag", "klockan 14.40"),
        ("Ikväll ska jag hem men i morse kl åtta stod han där", "i morse kl åtta"),
        ("han sa på måndag ska du dö, det var igår", "igår"),
        ("Jag ska ha möte med honom kl 10. I går kväll ringde han.", "I går kväll"),
        ("Idag fick jag brev om att mötet i morgon kl 9 ställs in", "Idag"),
        ("Han ska ha hotat henne kl 10 i måndags", "kl 10 i måndags"),
        ("Sen på måndagen kom han tillbaka", "på måndagen"),
        ("Mannen, 43 år, på Storgatan 12 krävde 3 000 kronor igår", "igår"),
        ("Ring 070-123 45 67 om dnr KS 2026/311, i går kl. 14:20", "i går kl. 14:20"),
    ],
)
def test_find_when_plans_and_numbers_stand_around_passes_them_over(told: str, words: str) -> None:
    """What lies ahead and what only looks like a time do not hide when it happened."""
    assert words == read(told).text


def test_find_when_now_has_seconds_gives_whole_minutes() -> None:
    """Seconds are cut, so that the answer is never after now."""
    found = read("nyss", NOW + timedelta(seconds=59, microseconds=5))

    assert When("nyss", NOW, NOW) == found


@settings(max_examples=400, deadline=None)
@given(told=TOLD, now=NOWS)
def test_find_when_any_text_is_told_gives_a_past_interval_of_its_words(
    told: str, now: datetime
) -> None:
    """No text raises; an answer is a part of the text, in order, aware and never after now."""
    found = find_when(told, now)

    if found is not None:
        assert found.text
        assert found.text in told
        assert found.start.tzinfo == found.end.tzinfo == STOCKHOLM
        assert found.start.timestamp() <= found.end.timestamp() <= now.timestamp()


HOURS = [
    "ett",
    "två",
    "tre",
    "fyra",
    "fem",
    "sex",
    "sju",
    "åtta",
    "nio",
    "tio",
    "elva",
    "tolv",
    "tretton",
    "fjorton",
    "femton",
    "sexton",
    "sjutton",
    "arton",
    "nitton",
    "tjugo",
    "tjugoett",
    "tjugotvå",
    "tjugotre",
]
OFFSETS = {
    "": 0,
    "halv ": -30,
    "kvart i ": -15,
    "kvart över ": 15,
    "fem i ": -5,
    "tio över ": 10,
    "tjugo i ": -20,
    "fem i halv ": -35,
    "fem över halv ": -25,
}
MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]
DAY_NUMBERS = [
    "första",
    "andra",
    "tredje",
    "fjärde",
    "femte",
    "sjätte",
    "sjunde",
    "åttonde",
    "nionde",
    "tionde",
    "elfte",
    "tolfte",
    "trettonde",
    "fjortonde",
    "femtonde",
    "sextonde",
    "sjuttonde",
    "artonde",
    "nittonde",
    "tjugonde",
    "tjugoförsta",
    "tjugoandra",
    "tjugotredje",
    "tjugofjärde",
    "tjugofemte",
    "tjugosjätte",
    "tjugosjunde",
    "tjugoåttonde",
    "tjugonionde",
    "trettionde",
    "trettioförsta",
]
DATES_WRITTEN: tuple[Callable[[date], str], ...] = (
    lambda day: f"den {day.day} {MONTHS[day.month - 1]}",
    lambda day: f"den {DAY_NUMBERS[day.day - 1]} {MONTHS[day.month - 1]}",
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{day.day} {MONTHS[day.month - 1][:3]}",
    lambda day: f"{MONTHS[day.month - 1]} {day.day}",
    lambda day: f"den {day.day}/{day.month}",
    lambda day: f"{day.day}.{day.month}.{day.year}",
    lambda day: day.isoformat(),
)


@settings(max_examples=300, deadline=None)
@given(
    ago=st.integers(1, 180),
    write=st.sampled_from(DATES_WRITTEN),
    capitals=st.booleans(),
)
def test_find_when_any_date_is_written_out_reads_it_back(
    ago: int, write: Callable[[date], str], *, capitals: bool
) -> None:
    """A date of the last half year is read back, however it is written."""
    day = NOW.date() - timedelta(days=ago)
    told = f"Det hände {write(day)} på kontoret"

    found = read(told.upper() if capitals else told)

    assert found.start.date() == found.end.date() == day


@settings(max_examples=300, deadline=None)
@given(
    hour=st.integers(1, 23),
    offset=st.sampled_from(sorted(OFFSETS)),
    lead=st.sampled_from(["klockan ", "vid ", "ungefär klockan "]),
    digits=st.booleans(),
)
def test_find_when_any_clock_time_is_written_out_reads_it_back(
    hour: int, offset: str, lead: str, *, digits: bool
) -> None:
    """A quarter to three is that by day or by night; "fjorton" is never two at night."""
    word = str(hour) if digits else HOURS[hour - 1]

    found = read(f"I går {lead}{offset}{word} ringde han")

    minutes, told = found.start.hour * 60 + found.start.minute, hour * 60 + OFFSETS[offset]
    turn = 12 * 60 if hour <= 12 else 24 * 60
    assert (minutes - told) % turn == 0
    assert found.start == found.end


@settings(max_examples=200, deadline=None)
@given(minutes=st.integers(0, 24 * 60 - 1), mark=st.sampled_from([".", ":"]))
def test_find_when_any_digital_time_is_written_reads_it_back(minutes: int, mark: str) -> None:
    """Two digits on each side are a time of the day and night."""
    hour, minute = divmod(minutes, 60)

    found = read(f"i förrgår kl {hour:02}{mark}{minute:02} stod han här")

    assert (found.start.hour, found.start.minute) == (hour, minute)
    assert found.start == found.end


@settings(max_examples=200, deadline=None)
@given(
    weekday=st.sampled_from(
        ["måndags", "tisdags", "onsdags", "torsdags", "fredags", "lördags", "söndags"]
    ),
    now=NOWS,
    slip=st.integers(2, 6),
)
def test_find_when_a_weekday_is_misspelt_reads_the_latest_and_quotes_what_was_typed(
    weekday: str, now: datetime, slip: int
) -> None:
    """A letter that is doubled does not hide the weekday, and the answer quotes it as typed."""
    told = weekday[:slip] + weekday[slip - 1] + weekday[slip:]

    found = read(f"Å i {told} va han här", now)

    today = now.astimezone(STOCKHOLM).date()
    assert found.text == f"i {told}"
    assert 1 <= (today - found.start.date()).days <= 7
    assert found.start.strftime("%w") == str(
        ["söndags", "måndags", "tisdags", "onsdags", "torsdags", "fredags", "lördags"].index(
            weekday
        )
    )


@pytest.mark.parametrize(
    "words",
    ["nu igår ", "1/1 ", "kl 14 ", "den 3 ", '"nu ', "mndag ", "mellan 1 och 2 ", "a", "0", " "],
)
def test_find_when_text_is_very_long_is_read_in_time(words: str) -> None:
    """At most 100 ms for each thousand characters, as `lotsen read` promises."""
    told = (words * 20_000)[:20_000]
    find_when(words, NOW)

    before = process_time()
    find_when(told, NOW)

    assert process_time() - before < 2


@settings(max_examples=50, deadline=None)
@given(words=st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=3), gap=st.text(" ,.\n-"))
def test_find_when_text_is_long_and_repetitive_still_answers(words: list[str], gap: str) -> None:
    """Repetition, which makes a careless pattern explode, is read to the end."""
    told = (gap.join(words) * 4000)[:4000]

    found = find_when(told, NOW)

    assert found is None or found.text in told


@settings(max_examples=200, deadline=None)
@given(told=SPOKEN)
def test_find_when_written_in_capitals_means_the_same(told: str) -> None:
    """Shouting does not change when it happened."""
    calm, loud = find_when(told.lower(), NOW), find_when(told.upper(), NOW)

    assert (calm and (calm.start, calm.end)) == (loud and (loud.start, loud.end))
