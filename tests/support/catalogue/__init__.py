"""An invented catalogue of music, and servers that answer from it as the real providers do.

catalogue = Catalogue.load(HARD)            # or grown(albums=8), or Catalogue([Release(...)])
with catalogue.serve() as served:
    settings = Settings(**served.settings)  # or os.environ | served.env
    ...
    served.log.calls("deezer")              # who was asked what, when
"""
