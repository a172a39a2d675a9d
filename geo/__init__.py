"""Pure geometry for the grids of streets: coordinate systems, cells, coverage, location, clusters.

It knows the standard library, numpy and shapely; no database, no web, no settings, no ids of its own. Everything speaks WGS-84 degrees,
longitude before latitude, unless a name says otherwise; areas are square metres on the ellipsoid, lengths metres. What cannot be used is
refused with a GeoError that has a stable code and, where one can be named, the place of the fault. Nothing depends on chance or on the
order things come in, except where a docstring says that order decides.

Coordinates (coords). A point says its system by its type, and one type is never taken for another:

    here = to_wgs84(parse_point("121.4375", "31.1932", "gcj02"))      # Wgs84(lng=…, lat=…)
    array_to_wgs84(xy, "bd09")                                        # the same for (n, 2) numbers at once

Shapes (shapes, lines). Areas are shapely polygons and multi-polygons that have been looked at; a boundary that crosses itself is refused,
never repaired in silence:

    community = read_area(feature, "wgs84")
    roads = read_lines(collection, "gcj02")
    area_m2(community), length_m(roads[0]), compactness(community)

Cells (cells, order). By number, by size, by households, along roads and walls; compounds and buildings stay whole:

    cut(community, target_area_m2=100_000)
    cut(community, count=12, points=homes_xy, weights=households, keep_whole=[*compounds, *buildings], lines=roads)

They come numbered as a page is read, west to east in rows from north to south, cover the boundary exactly, and neighbours share their
vertices: converting or rounding them point by point opens no crack.

Coverage (coverage). What is wrong with cells that people drew:

    found = report(community, cells)            # gaps, overlaps, outside, orphans, slivers, multipart; sums in m²; found.complete
    addresses(cells, homes_xy)                  # those in no cell, and those in two
    splits(cells, compounds)                    # compounds that more than one cell holds

Editing (edit, vertices). Splitting, merging, moving a vertex with all its neighbours, drawing over others.

Location (locate). Exactly one answer for every point, also on edges and vertices, whatever order the cells came in:

    index = CellIndex(ids, shapes, order_keys)
    index.locate(lng, lat)                      # an id, or None outside
    index.nearest(lng, lat)                     # (id, metres), 0.0 when inside
    index.locate_many(xy)                       # 100,000 points in well under a second

Clusters (cluster). Where and when the same thing keeps coming, in metres and days:

    density_clusters(xy, instants, radius_m=80, within=timedelta(days=14), min_points=5)

Discs (discs). Reports of nearly the same spot, by how many different people are heard there; a disc never runs along a whole street:

    fullest_discs(xy, voices, radius_m=60)      # a label per point, 0 is the fullest
"""
