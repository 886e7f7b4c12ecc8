# Any case and accents, slug, CUT code, alias; commas and repetition are OR
# within a facet, facets are AND.
$ fichas-searcher search --format=ids -m 'VIÑA DEL MAR' ''
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids -m 'vina del mar' ''
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids -m vina-del-mar ''
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids -m 05109 ''
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids -m temuco,maipú ''
temuco-mesa-convivencia-educacion-intercultural
maipu-programa-sensibilizacion-migratoria-interculturalidad

$ fichas-searcher search --format=ids -m temuco -m maipu -s formacion ''
maipu-programa-sensibilizacion-migratoria-interculturalidad

$ fichas-searcher search --format=ids -r RM -p personas-migrantes ''
la-reina-jornadas-asesoria-revalidacion-reconocimiento
macul-red-solidaria-local

$ fichas-searcher search --format=ids -r 'La Araucanía' ''
temuco-mesa-convivencia-educacion-intercultural

$ fichas-searcher search --format=ids -y 2018 ''
macul-red-solidaria-local

$ fichas-searcher search --format=ids -y 2019..2021 ''
macul-red-solidaria-local

$ fichas-searcher search --format=ids -y ..2018,2019 ''
macul-red-solidaria-local

$ fichas-searcher search --format=ids --status=no-declarada ''
la-reina-jornadas-asesoria-revalidacion-reconocimiento

# Unknown, ambiguous or malformed: the value, the option, what is allowed.
$ fichas-searcher search -m Temuko ''
! fichas-searcher: --municipality=Temuko: no such municipality; the nearest: Temuco (La Araucanía), Pemuco (Ñuble)
[2]

$ fichas-searcher search -m xyzzy ''
! fichas-searcher: --municipality=xyzzy: no such municipality, nor one like it; facets --facet=municipality lists those of the index
[2]

$ fichas-searcher search -r nada ''
! fichas-searcher: --region=nada: no such region; the regions are: arica-y-parinacota, tarapaca, antofagasta, atacama, coquimbo, valparaiso, metropolitana-de-santiago, libertador-general-bernardo-ohiggins, maule, nuble, biobio, la-araucania, los-rios, los-lagos, aysen-del-general-carlos-ibanez-del-campo, magallanes-y-de-la-antartica-chilena
[2]

$ fichas-searcher search -s nada ''
! fichas-searcher: --sello=nada: no such value; the values are: institucionalidad, politicas, informacion, vinculacion, formacion
[2]

$ fichas-searcher search -p migrantes ''
! fichas-searcher: --population=migrantes: no such value; the values are: nna, primera-infancia, jovenes, comunidad-educativa, equipos-educativos, familias-cuidadores, estudiantes, mujeres, personas-mayores, personas-discapacidad, diversidades-sexogenericas, pueblos-originarios-afro, dirigentes-agentes-clave, organizaciones-sociales, funcionarios-municipales, profesionales, emprendedores-trabajadores, personas-migrantes, personas-refugiadas, poblacion-general
[2]

$ fichas-searcher search -y 20x3 ''
! fichas-searcher: --year=20x3: a year such as 2023, or a range such as 2019..2023, 2019.. or ..2023
[2]

$ fichas-searcher search -y 2025..2020 ''
! fichas-searcher: --year=2025..2020: the range ends before it begins; write 2020..2025
[2]

$ fichas-searcher search --status=x ''
! fichas-searcher: --status=x: no such value; the values are: vigente, finalizada, no-declarada
[2]

$ fichas-searcher search --limit=-1 mesa
! fichas-searcher: --limit=-1: a whole number from 0 to 10000 is expected
[2]

$ fichas-searcher search --sort=size mesa
! fichas-searcher: --sort=size: the value must be one of: relevance, date, municipality, title
[2]

$ fichas-searcher search --in=nada mesa
! fichas-searcher: --in=nada: the value must be one of: title, units, population, funding, sustainability, description, innovation, lessons
[2]

$ fichas-searcher search --facets=nada mesa
! fichas-searcher: --facets=nada: the value must be one of: municipality, region, sello, population, year, status, all, none
[2]

$ fichas-searcher search --timeout=0 mesa
! fichas-searcher: --timeout=0: seconds, more than 0 and at most 3600
[2]

$ fichas-searcher search --mathc=any mesa
! fichas-searcher: unknown option --mathc; did you mean --match?
[2]

$ fichas-searcher serch mesa
! fichas-searcher: unknown command 'serch'; did you mean 'search'?
[2]

# Known, but no ficha has it: nothing, and what would help.
$ fichas-searcher search --format=ids -m Arica mesa
! without --municipality there would be 6 fichas
! "mesa" also as: consejo, instancia, mesa comunal
[1]

$ fichas-searcher search --format=ids -m temuco -s formacion mesa
! without --municipality there would be 3 fichas
! without --sello there would be 1 ficha
! "mesa" also as: consejo, instancia, mesa comunal
[1]
